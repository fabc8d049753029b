import { active } from "../shell/active";
import { say } from "../shell/say";

/**
 * `<kk-handover data-reference data-csrf data-zone data-sheet data-done data-failed>` around a recipient's card: tells the
 * gateway what was done with the number (copied, printed, told). The number itself is never part of that.
 */
export class Handover extends HTMLElement {
  #gone = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#gone;
    this.addEventListener("kk-copied", () => void this.#note("copied"), { signal });
    // Also the browser's own menu prints; the sheets of the others may be left out.
    addEventListener("beforeprint", () => this.#isPrinted() && void this.#note("printed"), { signal });
    const told = this.querySelector<HTMLElement>("[data-told]");
    if (!told) return;
    told.hidden = false;
    const called = this.querySelector<HTMLElement>("[data-called]");
    if (called) called.hidden = false;
    told.querySelector("button")?.addEventListener("click", () => void this.#tell(told), { signal });
  }

  disconnectedCallback(): void {
    this.#gone.abort();
  }

  #isPrinted(): boolean {
    const sheet = document.getElementById(this.dataset["sheet"] ?? "");
    return sheet !== null && !sheet.hidden;
  }

  async #tell(told: HTMLElement): Promise<void> {
    const called = this.querySelector<HTMLInputElement>("[data-called] input")?.value;
    const answer = await this.#note("told", called === undefined ? undefined : { phone: called });
    const { done = "", failed = "", reference = "" } = this.dataset;
    if (!answer) {
      // Said again when it fails again.
      this.#line(told, "failed").textContent = failed;
      return say(failed);
    }
    const line = document.createElement("p");
    line.className = "told";
    line.tabIndex = -1;
    line.textContent = `✓ ${done}${clock(answer, this.dataset["zone"])}`;
    this.querySelector("[data-called]")?.remove();
    told.replaceWith(line);
    line.focus();
    say(line.textContent);
    this.dispatchEvent(new CustomEvent("kk-told", { bubbles: true, detail: reference }));
  }

  #line(told: HTMLElement, name: string): HTMLElement {
    const known = told.querySelector<HTMLElement>(`.${name}`);
    if (known) return known;
    const line = document.createElement("span");
    line.className = `${name} error`;
    told.append(line);
    return line;
  }

  /** The answer when it was noted. */
  async #note(what: string, how?: { phone: string }): Promise<Response | undefined> {
    const { reference = "", csrf = "" } = this.dataset;
    const path = `/api/v1/deliveries/${encodeURIComponent(reference)}/${what}`;
    try {
      const headers: Record<string, string> = { "X-CSRF-Token": csrf };
      if (how) headers["Content-Type"] = "application/json";
      const body = how ? { body: JSON.stringify(how) } : {};
      const answer = await fetch(path, { method: "POST", headers, keepalive: true, ...body });
      if (!answer.ok) return undefined;
      active();
      return answer;
    } catch {
      return undefined;
    }
  }
}

/** The server's time of the answer, as the office's clock shows it. */
function clock(answer: Response, zone: string | undefined): string {
  const at = new Date(answer.headers.get("Date") ?? Date.now());
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  return new Intl.DateTimeFormat(document.documentElement.lang, how).format(at);
}
