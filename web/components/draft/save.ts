import { type Draft, type Options, Refusal, draft } from "./draft";
import { fill } from "../upload/words";

/** Milliseconds of quiet after which what was typed is saved. */
const QUIET = 800;

/** Message and keeping time as they stand on the page. */
export function optionsOf(within: ParentNode): Options {
  const message = within.querySelector<HTMLTextAreaElement>("textarea[name=message]");
  const hours = within.querySelector<HTMLSelectElement>("select[name=keep_hours]");
  return { ...(message && { message: message.value }), ...(hours && { keep_hours: Number(hours.value) }) };
}

/** `<kk-save>` around message and keeping time: saves them by itself, and says so in the element with `data-part="saved"`. */
export class Save extends HTMLElement {
  #leave = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #failed = false;
  draft: Draft = draft;

  connectedCallback(): void {
    const { signal } = this.#leave;
    this.#tell(this.dataset["itself"] ?? "");
    const typed = (event: Event) => {
      const field = event.target;
      const ours = field instanceof HTMLElement && ["message", "keep_hours"].includes(field.getAttribute("name") ?? "");
      // A text that is saved already is left when a dialog takes the focus, too: nobody did anything then.
      const left = event.type === "change" && field instanceof HTMLTextAreaElement && this.#timer === undefined && !this.#failed;
      if (ours && !left) this.#soon(event.type === "change" ? 0 : QUIET);
    };
    this.addEventListener("input", typed, { signal });
    this.addEventListener("change", typed, { signal });
    addEventListener("pagehide", () => this.#timer !== undefined && void this.#save(true), { signal });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#leave.abort();
  }

  #soon(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(false), wait);
  }

  async #save(leaving: boolean): Promise<void> {
    if (this.#running && !leaving) return this.#soon(QUIET);
    clearTimeout(this.#timer);
    [this.#timer, this.#running, this.#failed] = [undefined, true, false];
    try {
      const id = await this.draft.begin(() => optionsOf(this));
      await this.draft.call("PATCH", `/transfers/${id}`, optionsOf(this), leaving);
      const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
      this.#tell(fill(this.dataset["saved"], { clock }));
    } catch (error) {
      this.#failed = true;
      const why = error instanceof Refusal ? error.message : "";
      this.#tell(fill(this.dataset["unsaved"], { why }), true);
    } finally {
      this.#running = false;
    }
  }

  #tell(text: string, wrong = false): void {
    const line = document.querySelector<HTMLElement>('[data-part="saved"]');
    if (!line) return;
    line.textContent = text;
    line.classList.toggle("error", wrong);
    line.classList.toggle("quiet", !wrong);
  }
}
