import { part, percentOf, show } from "./row";
import { type Uploads, uploads } from "./uploads";
import { fill } from "./words";

/** `<kk-arrivals>` around the list of files on the page that asks before sending: shows how far they are. */
export class Arrivals extends HTMLElement {
  #leave = new AbortController();
  uploads: Uploads = uploads;

  connectedCallback(): void {
    this.uploads.addEventListener("change", () => this.#render(), { signal: this.#leave.signal });
    this.#render();
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  #render(): void {
    for (const row of this.querySelectorAll<HTMLElement>("li[data-file]")) {
      const item = this.uploads.find(row.dataset["file"] ?? "");
      if (item) show(row, item, this.dataset);
    }
    const open = this.uploads.items.filter((item) => item.stage !== "done" && item.stage !== "refused");
    const summary = part(this, "open");
    if (!summary || this.uploads.items.length === 0) return;
    const [bytes, sent] = [open.reduce((sum, item) => sum + item.file.size, 0), open.reduce((sum, item) => sum + (percentOf(item) * item.file.size) / 100, 0)];
    const percent = String(Math.floor((sent / Math.max(1, bytes)) * 100));
    summary.textContent = open.length ? fill(this.dataset["open"], { count: String(open.length), percent }) : (this.dataset["ready"] ?? "");
  }
}
