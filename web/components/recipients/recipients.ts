import { type Draft, draft } from "../draft/draft";
import { say } from "../shell/say";
import { fill } from "../upload/words";

/** Milliseconds of quiet after which is searched. */
const QUIET = 150;

/** A recipient sent to before, as the programming interface tells of them. */
export interface Known {
  email: string;
  name: string;
  language: string;
  phone: string;
  phrase: string;
  channel: string;
  times: number;
  last_at?: string;
}

/**
 * `<kk-recipients>` around the form of a recipient: its field for the address becomes a combobox (ARIA 1.2) over the
 * sender's own earlier recipients. Choosing one fills the whole form.
 */
export class Recipients extends HTMLElement {
  #found: Known[] = [];
  #active = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #field: HTMLInputElement | undefined;
  #list = document.createElement("ul");
  draft: Draft = draft;

  connectedCallback(): void {
    const field = this.querySelector<HTMLInputElement>("input[name=email]");
    if (!field) return;
    this.#field = field;
    // Names are searched too, which a keyboard for addresses would not let everybody type.
    field.type = "text";
    field.removeAttribute("list");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", "known"],
      ["autocapitalize", "none"],
      ["spellcheck", "false"],
    ] as const) field.setAttribute(name, value);
    this.querySelector("datalist")?.remove();
    for (const element of this.querySelectorAll<HTMLElement>("[data-script]")) element.hidden = false;
    this.#list.id = "known";
    this.#list.className = "known";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.dataset["label"] ?? "");
    field.after(this.#list);
    field.addEventListener("input", (event) => {
      if (!(event as InputEvent).isComposing) this.#soon();
    });
    field.addEventListener("compositionend", () => this.#soon());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#close());
    // The field keeps the focus while an option is pressed.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      const place = option ? [...this.#list.children].indexOf(option) : -1;
      if (place >= 0) this.#choose(place);
    });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (!this.#field?.value.trim()) return this.#close();
    this.#timer = setTimeout(() => void this.#search(), QUIET);
  }

  async #search(): Promise<void> {
    const asked = (this.#asked += 1);
    const words = (this.#field?.value ?? "").trim().slice(0, 100);
    try {
      const answer = await this.draft.call("GET", `/recipients?q=${encodeURIComponent(words)}`);
      const { recipients } = (await answer.json()) as { recipients: Known[] };
      // An answer that was overtaken by a later question says nothing any more.
      if (asked === this.#asked && this.#field === document.activeElement) this.#open(recipients);
    } catch {
      this.#close();
    }
  }

  #open(found: Known[]): void {
    [this.#found, this.#active] = [found, -1];
    this.#list.replaceChildren(...found.map((known, place) => this.#option(known, place)));
    this.#list.hidden = found.length === 0;
    this.#field?.setAttribute("aria-expanded", String(found.length > 0));
    this.#field?.removeAttribute("aria-activedescendant");
    if (found.length) say(fill(this.dataset["found"], { count: String(found.length) }));
  }

  #option(known: Known, place: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `known-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const line = (text: string, kind: string) => {
      const span = document.createElement("span");
      [span.textContent, span.className] = [text, kind];
      return span;
    };
    const at = known.last_at;
    const last = at && new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date(at));
    const times = last ? fill(this.dataset["times"], { count: String(known.times), last }) : (this.dataset["book"] ?? "");
    if (known.name) option.append(line(known.name, "known-name"));
    option.append(line(known.email, known.name ? "known-address" : "known-name"), line(times, "quiet"));
    return option;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const open = !this.#list.hidden;
    if (event.key === "ArrowDown" && !open) void this.#search();
    else if (event.key === "ArrowDown" && open) this.#move(this.#active + 1);
    else if (event.key === "ArrowUp" && open) this.#move(this.#active < 0 ? this.#found.length - 1 : this.#active - 1);
    else if (event.key === "Enter" && open && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === "Escape" && open) this.#close();
    else return;
    event.preventDefault();
  }

  #move(to: number): void {
    const count = this.#found.length + 1;
    // One place more than there are options: the field itself.
    const place = ((to + 1 + count) % count) - 1;
    this.#active = place;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(at === place));
      if (at === place) option.scrollIntoView?.({ block: "nearest" });
    }
    if (place < 0) this.#field?.removeAttribute("aria-activedescendant");
    else this.#field?.setAttribute("aria-activedescendant", `known-${place}`);
  }

  #close(): void {
    this.#asked += 1;
    this.#active = -1;
    this.#list.hidden = true;
    this.#field?.setAttribute("aria-expanded", "false");
    this.#field?.removeAttribute("aria-activedescendant");
  }

  #choose(place: number): void {
    const known = this.#found[place];
    if (!known) return;
    for (const name of ["email", "name", "phone", "phrase", "language"] as const) {
      const field = this.querySelector<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`);
      if (field) field.value = known[name];
    }
    for (const way of this.querySelectorAll<HTMLInputElement>("[name=channel]")) way.checked = way.value === known.channel;
    const phrase = this.querySelector<HTMLInputElement>("[name=phrase]")?.closest("details");
    if (phrase && known.phrase) phrase.open = true;
    this.#close();
    say(fill(this.dataset["chosen"], { name: known.name || known.email }));
  }
}
