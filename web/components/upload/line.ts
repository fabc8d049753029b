import { part } from "./row";
import { type Uploads, uploads } from "./uploads";

/** `<kk-line>`: says that the line broke, that the session is locked or that nothing moves, and lets people go on at once. */
export class Line extends HTMLElement {
  #leave = new AbortController();
  uploads: Uploads = uploads;

  connectedCallback(): void {
    this.hidden = false;
    for (const again of this.querySelectorAll("[data-part=again]")) again.addEventListener("click", () => this.uploads.resumeNow());
    this.uploads.addEventListener("change", () => this.#render(), { signal: this.#leave.signal });
    this.#render();
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  #render(): void {
    const { busy, lost, locked, stalled } = this.uploads;
    this.#show("busy", busy);
    this.#show("lost", lost && !locked);
    this.#show("locked", locked);
    this.#show("stalled", stalled && !lost);
  }

  /** Only what changes is touched: an alert that stays is not read out again. */
  #show(name: "busy" | "lost" | "locked" | "stalled", shown: boolean): void {
    const banner = part(this, name);
    if (banner && banner.hidden === shown) banner.hidden = !shown;
  }
}
