import { say } from "../shell/say";

/** `<kk-password>`: a button beside a password field that shows and hides what was typed. */
export class Password extends HTMLElement {
  #leave = new AbortController();

  connectedCallback(): void {
    const field = this.querySelector("input");
    if (!field) return;
    const { show = "", hide = "", shown = "", hidden = "" } = this.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-controls", field.id);
    const set = (visible: boolean) => {
      field.type = visible ? "text" : "password";
      button.textContent = visible ? hide : show;
      button.setAttribute("aria-pressed", String(visible));
    };
    const { signal } = this.#leave;
    button.addEventListener("click", () => {
      const visible = field.type === "password";
      set(visible);
      say(visible ? shown : hidden);
    });
    // A password is never left readable: not while it is sent, not in a page restored from the browser's cache.
    field.form?.addEventListener("submit", () => set(false), { signal });
    addEventListener("pageshow", () => set(false), { signal });
    set(false);
    this.append(button);
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }
}
