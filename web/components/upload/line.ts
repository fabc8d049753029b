import { part } from "./row";
import { type Uploads, uploads } from "./uploads";

/** `<kk-line>`: says that the line broke or that nothing moves, and lets people go on at once. */
export class Line extends HTMLElement {
  #leave = new AbortController();
  uploads: Uploads = uploads;

  connectedCallback(): void {
    this.hidden = false;
    part(this, "again")?.addEventListener("click", () => this.uploads.resumeNow());
    this.uploads.addEventListener("change", () => this.#render(), { signal: this.#leave.signal });
    this.#render();
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  #render(): void {
    const { busy, lost, stalled } = this.uploads;
    const [broken, still, leaving] = [part(this, "lost"), part(this, "stalled"), part(this, "busy")];
    if (leaving) leaving.hidden = !busy;
    if (broken && broken.hidden === lost) broken.hidden = !lost;
    if (still && still.hidden === (stalled && !lost)) still.hidden = !stalled || lost;
  }
}
