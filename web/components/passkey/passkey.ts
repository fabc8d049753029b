import { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill } from "@simplewebauthn/browser";
import { Refusal } from "../draft/draft";
import { say } from "../shell/say";
import { giveUp, prove, whyOf } from "./exchange";

/** Milliseconds after which an offer in the field is made anew: the gateway waits five minutes for an answer. */
const OFFER = 4 * 60_000;

/**
 * `<kk-passkey data-at data-next data-csrf hidden>` around a button: proves who one is with a passkey, and goes on. Within a
 * form (unlocking, confirming) that form goes on, with what it carries. Says `kk-proven` before; whoever prevents that
 * goes on by itself.
 */
export class Passkey extends HTMLElement {
  #gone = new AbortController();
  #offer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button || !browserSupportsWebAuthn()) return;
    this.hidden = false;
    const { signal } = this.#gone;
    button.addEventListener("click", () => void this.#ask(false), { signal });
    if (this.dataset["autofill"] === undefined) return;
    document.addEventListener("visibilitychange", () => void this.#offerInField(), { signal });
    void this.#offerInField();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    clearTimeout(this.#offer);
    if (this.dataset["autofill"] !== undefined) giveUp();
  }

  /** Passkeys among what the browser fills into the field, for as long as somebody sees the page. */
  async #offerInField(): Promise<void> {
    clearTimeout(this.#offer);
    if (document.visibilityState !== "visible" || !(await browserSupportsWebAuthnAutofill())) return;
    this.#offer = setTimeout(() => void this.#offerInField(), OFFER);
    await this.#ask(true);
  }

  async #ask(autofill: boolean): Promise<void> {
    const { at = "", next = "", csrf = "" } = this.dataset;
    this.#tell("");
    try {
      const answer = await prove<{ next: string }>(at, csrf, next, autofill);
      this.#goOn(answer.next);
    } catch (error) {
      // Nobody asked for what is offered in the field: what comes of it is told only where the gateway refused.
      if (!autofill || error instanceof Refusal) this.#explain(error);
      if (!autofill && this.dataset["autofill"] !== undefined) void this.#offerInField();
    }
  }

  #goOn(next: string): void {
    if (!this.dispatchEvent(new CustomEvent("kk-proven", { bubbles: true, cancelable: true }))) return;
    const form = this.closest("form");
    if (form) form.submit();
    else location.assign(next);
  }

  #explain(error: unknown): void {
    const why = whyOf(error);
    if (why === "superseded") return;
    const { cancelled = "", failed = "" } = this.dataset;
    if (why instanceof Refusal) this.#tell(why.message || failed);
    else this.#tell(why === "cancelled" ? cancelled : failed);
  }

  #tell(text: string): void {
    const line = this.querySelector<HTMLElement>('[data-part="why"]');
    if (line) [line.textContent, line.hidden] = [text, !text];
    if (text) say(text);
  }
}
