import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { Refusal } from "../draft/draft";
import { say } from "../shell/say";
import { add, whyOf } from "./exchange";

/** `<kk-new-passkey data-next data-csrf hidden>` around a form with a name: makes a passkey and goes on. */
export class NewPasskey extends HTMLElement {
  #busy = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form || !browserSupportsWebAuthn()) return;
    this.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#add(new FormData(form).get("name"));
    });
  }

  async #add(name: unknown): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#tell("");
    const { csrf = "", next = "" } = this.dataset;
    try {
      await add(csrf, String(name ?? ""));
      location.assign(next);
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#busy = false;
    }
  }

  #explain(error: unknown): void {
    const { cancelled = "", failed = "", here = "" } = this.dataset;
    const why = whyOf(error);
    if (why instanceof Refusal) {
      // The page itself knows the way: to the sign-in, to unlocking, to a confirmation.
      if (why.code === "confirmation-needed") location.assign(`/confirm?next=${location.pathname}`);
      else if (why.status === 401) location.reload();
      else this.#tell(why.message || failed);
    } else if (why !== "superseded") this.#tell({ cancelled, here, failed }[why]);
  }

  #tell(text: string): void {
    const line = this.querySelector<HTMLElement>('[data-part="why"]');
    if (line) [line.textContent, line.hidden] = [text, !text];
    if (text) say(text);
  }
}
