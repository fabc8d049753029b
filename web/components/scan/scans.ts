import { Look } from "../live/look";
import { morph } from "../live/morph";
import { news, words } from "../live/words";
import { type Uploads, uploads } from "../upload/uploads";

/** Milliseconds between looks at most: while the scanner's word is still to come, and otherwise. */
const SCANNING = 20_000;
const SCANNED = 60_000;

/**
 * `<kk-scans>` on the pages of a draft: keeps every `[data-scan]` of the page as the gateway has it. A row that a script made
 * has no name of its own for its place; it is known by its file.
 */
export class Scans extends Look {
  protected readonly soon = 1_500;
  #leave = new AbortController();
  #arrived = 0;
  uploads: Uploads = uploads;

  override connectedCallback(): void {
    for (const element of this.querySelectorAll<HTMLElement>("[data-plain]")) element.hidden = true;
    this.#arrived = this.#done();
    const { signal } = this.#leave;
    this.uploads.addEventListener("change", () => this.#changed(), { signal });
    this.#page.addEventListener("kk-removed", () => this.resume(), { signal });
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    this.#leave.abort();
    super.disconnectedCallback();
  }

  protected get late(): number {
    return this.#page.querySelector("[data-pending]") ? SCANNING : SCANNED;
  }

  /** The page as it is asked for by GET; none while there is no draft. */
  protected override get address(): string {
    const here = this.#page.dataset["here"] ?? "";
    return here.endsWith("/new") ? "" : here;
  }

  protected take(page: Document): boolean | undefined {
    if (!page.querySelector("kk-scans")) return undefined;
    const before = words(this.#page);
    const waited = this.#page.querySelector("[data-pending]") !== null && document.getElementById("send") !== null;
    let changed = false;
    for (const place of this.#page.querySelectorAll<HTMLElement>("[data-scan]")) {
      const name = place.dataset["scan"] || place.closest<HTMLElement>("li[data-file]")?.dataset["file"];
      const fresh = name && page.querySelector(`[data-scan="${CSS.escape(name)}"]`);
      if (!fresh || place.isEqualNode(fresh)) continue;
      morph(place, fresh);
      changed = true;
    }
    // On the page that sends, what was refused because verdicts were missing is true no longer.
    if (waited && !this.#page.querySelector("[data-pending]")) document.getElementById("errors")?.remove();
    news(before, this.#page);
    return changed;
  }

  get #page(): HTMLElement {
    return this.closest<HTMLElement>("kk-stay") ?? document.body;
  }

  #done(): number {
    return this.uploads.items.filter((item) => item.stage === "done").length;
  }

  /** What has just arrived is about to be scanned. */
  #changed(): void {
    const done = this.#done();
    if (done > this.#arrived) this.resume();
    this.#arrived = done;
  }
}
