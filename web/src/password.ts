import { say } from "./status";

/** A button beside each password field that shows and hides what was typed. */
export function offerToShowPasswords(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-show]")) offer(field);
}

function offer(field: HTMLInputElement): void {
  const { show = "", hide = "", shown = "", hidden = "" } = field.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second show";
  button.setAttribute("aria-controls", field.id);

  const set = (visible: boolean) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? hide : show;
    button.setAttribute("aria-pressed", String(visible));
  };
  button.addEventListener("click", () => {
    const visible = field.type === "password";
    set(visible);
    say(visible ? shown : hidden);
  });
  // A password is never left readable: not while it is sent, not in a page restored from the browser's cache.
  field.form?.addEventListener("submit", () => set(false));
  addEventListener("pageshow", () => set(false));

  set(false);
  field.after(button);
}
