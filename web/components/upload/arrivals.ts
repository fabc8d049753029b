import { say } from "../shell/say";
import { Quarters } from "./announce";
import { part, percentOf, show } from "./row";
import { type Uploads, uploads } from "./uploads";
import { fill } from "./words";

/** `<kk-arrivals>` around the list of files on the page that asks before sending: shows how far they are. */
export class Arrivals extends HTMLElement {
  #leave = new AbortController();
  #quarters = new Quarters();
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
    const { items } = this.uploads;
    const open = items.filter((item) => item.stage !== "done" && item.stage !== "refused");
    const summary = part(this, "open");
    if (!summary || items.length === 0) return;
    const bytes = open.reduce((sum, item) => sum + item.file.size, 0);
    const sent = open.reduce((sum, item) => sum + (percentOf(item) * item.file.size) / 100, 0);
    const percent = open.length ? Math.floor((sent / bytes) * 100) : 100;
    const words = { count: String(open.length), percent: String(percent) };
    summary.textContent = open.length ? fill(this.dataset["open"], words) : (this.dataset["ready"] ?? "");
    const quarter = this.#quarters.at(percent, Date.now());
    if (quarter !== undefined) say(fill(this.dataset["announced"], { percent: String(quarter) }));
  }
}
