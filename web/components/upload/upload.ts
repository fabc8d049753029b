import { Refusal, draft, type Draft } from "../draft/draft";
import { optionsOf } from "../draft/save";
import { say } from "../shell/say";
import { Quarters } from "./announce";
import { digestOf, recall } from "./memory";
import { dropped, type Present, type Reason, sortOut } from "./pick";
import { part, percentOf, rowOf, show } from "./row";
import { type Item, type Uploads, uploads } from "./uploads";
import { fill, size } from "./words";

/**
 * `<kk-upload>` around the form and the list of files: files are uploaded as soon as they are chosen or dropped. Its words
 * are its `data-*`, a new row is the copy of its template.
 */
export class Upload extends HTMLElement {
  #leave = new AbortController();
  #quarters = new Quarters();
  #keys = new WeakMap<Item, string>();
  #count = 0;
  uploads: Uploads = uploads;
  draft: Draft = draft;

  connectedCallback(): void {
    const { signal } = this.#leave;
    const form = this.querySelector("form");
    const field = this.querySelector<HTMLInputElement>("input[type=file]");
    if (!form || !field) return;
    for (const element of this.querySelectorAll<HTMLElement>("[data-plain]")) element.hidden = true;
    for (const element of this.querySelectorAll<HTMLElement>("[data-script]")) element.hidden = false;
    const folder = document.createElement("input");
    [folder.type, folder.webkitdirectory] = ["file", true];
    // The words of an error lead to what can be pressed.
    const choose = part(this, "choose");
    field.removeAttribute("id");
    if (choose) choose.id = "files";
    for (const [button, input] of [[choose, field], [part(this, "folder"), folder]] as const) {
      button?.addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        void this.#take([...(input.files ?? [])]);
        input.value = "";
      });
    }
    this.#listenToDrops();
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.uploads.addEventListener("change", () => this.#render(), { signal });
    this.uploads.addEventListener("refused", (event) => this.#refused((event as CustomEvent<Item>).detail), { signal });
    this.uploads.addEventListener("gone", (event) => this.#rowOf((event as CustomEvent<Item>).detail)?.remove(), { signal });
    this.#render();
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  #listenToDrops(): void {
    const zone = part(this, "zone") ?? this;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("over");
    };
    zone.addEventListener("dragover", over);
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer) void dropped(event.dataTransfer).then((files) => this.#take(files));
    });
  }

  get #list(): HTMLElement | undefined {
    return part(this, "list");
  }

  #rows(): HTMLElement[] {
    return [...(this.#list?.querySelectorAll<HTMLElement>("li") ?? [])];
  }

  /** What the draft has, as the list shows it. */
  #present(): Present[] {
    return this.#rows().map((row) => {
      const item = this.#itemOf(row);
      const [total, received] = [Number(row.dataset["size"]), Number(row.dataset["received"])];
      // What is on its way from this page is not waiting for its file.
      const whole = item !== undefined || received >= total;
      return { id: row.dataset["file"] ?? "", name: part(row, "name")?.textContent ?? "", size: total, whole };
    });
  }

  async #take(files: File[]): Promise<void> {
    part(this, "refusals")?.replaceChildren();
    if (files.length === 0) return;
    const scanned = this.dataset["mostScanned"];
    const limits = {
      files: Number(this.dataset["mostFiles"]),
      bytes: Number(this.dataset["mostBytes"]),
      scanned: scanned === undefined ? undefined : Number(scanned),
    };
    const sorted = sortOut(files, this.#present(), limits);
    for (const { reason, name, size: bytes, count } of sorted.refused) this.#say(reason, name, bytes, count);
    if (sorted.fresh.length + sorted.known.length === 0) return;
    try {
      const id = await this.draft.begin(() => optionsOf(document));
      for (const { file, present } of sorted.known) await this.#goOn(id, file, present);
      for (const { file, name, renamed } of sorted.fresh) {
        const item = this.uploads.add(file, name);
        const note = renamed && part(this.#rowOf(item) ?? this, "note");
        const mark = /\(\d+\)(?=(\.[^.]*)?$)/.exec(name)?.[0] ?? "";
        if (note) note.textContent = fill(this.dataset["renamed"], { mark });
      }
    } catch (error) {
      this.#complain(error instanceof Refusal && error.message ? error.message : (this.dataset["failed"] ?? ""));
    }
  }

  /** Goes on with the very same file; another one of that name and size begins anew in its place. */
  async #goOn(transfer: string, file: File, present: Present): Promise<void> {
    const same = recall(await digestOf(transfer, file)) === present.id;
    if (!same) {
      await this.draft.call("DELETE", `/transfers/${transfer}/files/${present.id}`).catch(() => undefined);
      this.#rows().find((row) => row.dataset["file"] === present.id)?.remove();
    }
    this.uploads.add(file, present.name, same ? present.id : "");
  }

  #say(reason: Reason, name: string, bytes: number, count: number): void {
    const limit = reason === "tooMany" ? (this.dataset["mostFiles"] ?? "") : size(Number(this.dataset["mostBytes"]));
    this.#complain(fill(this.dataset[reason], { name, size: size(bytes), limit, count: String(count) }));
  }

  #refused(item: Item): void {
    this.#complain(fill(this.dataset["refused"], { name: item.name, why: item.why || (this.dataset["failed"] ?? "") }));
    this.#rowOf(item)?.remove();
    this.uploads.drop(item);
  }

  #complain(text: string): void {
    const line = document.createElement("li");
    line.textContent = text;
    part(this, "refusals")?.append(line);
  }

  #itemOf(row: HTMLElement): Item | undefined {
    return this.uploads.items.find((item) => row.dataset["key"] === this.#key(item) || (item.id !== "" && row.dataset["file"] === item.id));
  }

  #rowOf(item: Item): HTMLElement | undefined {
    return this.#rows().find((row) => this.#itemOf(row) === item);
  }

  #key(item: Item): string {
    const key = this.#keys.get(item) ?? `new-${(this.#count += 1)}`;
    this.#keys.set(item, key);
    return key;
  }

  #render(): void {
    const template = this.querySelector<HTMLTemplateElement>("template");
    for (const item of this.uploads.items) {
      let row = this.#rowOf(item);
      if (!row && template) {
        row = rowOf(template, item, this.#key(item));
        if (!row) continue;
        [row.dataset["key"], row.dataset["size"]] = [this.#key(item), String(item.file.size)];
        this.#list?.append(row);
      }
      if (!row) continue;
      row.dataset["file"] = item.id;
      row.dataset["received"] = String(item.stage === "done" ? item.file.size : item.sent);
      row.classList.toggle("unfinished", false);
      show(row, item, this.dataset);
    }
    this.#sum();
    this.#announce();
  }

  #sum(): void {
    const rows = this.#rows();
    const bytes = rows.reduce((sum, row) => sum + Number(row.dataset["size"]), 0);
    const total = part(this, "total");
    if (total) {
      total.hidden = rows.length === 0;
      total.textContent = fill(this.dataset["total"], { count: String(rows.length), size: size(bytes) });
    }
    const none = part(this, "none");
    if (none) none.hidden = rows.length > 0;
    const open = part(this, "unfinished");
    if (open) open.hidden = !rows.some((row) => !this.#itemOf(row) && Number(row.dataset["received"]) < Number(row.dataset["size"]));
  }

  #announce(): void {
    const { items } = this.uploads;
    if (items.length === 0) return;
    const total = items.reduce((sum, item) => sum + item.file.size, 0);
    const sent = items.reduce((sum, item) => sum + (percentOf(item) * item.file.size) / 100, 0);
    const all = items.every((item) => item.stage === "done");
    const percent = this.#quarters.at(all ? 100 : Math.min(99, (sent / total) * 100), Date.now());
    if (percent !== undefined) say(fill(this.dataset["announced"], { percent: String(percent) }));
  }

  #pressed(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = button?.closest<HTMLElement>("li[data-size]");
    const item = row && this.#itemOf(row);
    if (!button || !item) return;
    if (button.dataset["part"] === "pause") this.uploads.pause(item);
    if (button.dataset["part"] === "resume") this.uploads.resume(item);
    if (button.dataset["part"] === "remove" && !button.form) void this.#remove(row);
  }

  #submitted(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("li[data-size]") : null;
    if (!row) return;
    event.preventDefault();
    void this.#remove(row);
  }

  async #remove(row: HTMLElement): Promise<void> {
    const item = this.#itemOf(row);
    const name = part(row, "name")?.textContent ?? "";
    if (item) this.uploads.pause(item);
    const id = row.dataset["file"];
    try {
      if (id) await this.draft.call("DELETE", `/transfers/${this.draft.id}/files/${id}`);
    } catch (error) {
      // Pressed twice: it is gone, as wanted.
      if (!(error instanceof Refusal && error.status === 404)) {
        const why = error instanceof Refusal && error.message ? error.message : (this.dataset["failed"] ?? "");
        this.#complain(fill(this.dataset["refused"], { name, why }));
        return;
      }
    }
    const rows = this.#rows();
    const place = rows.indexOf(row);
    const next = rows[place + 1] ?? rows[place - 1];
    row.remove();
    if (item) this.uploads.drop(item);
    const target = next && part(next, "remove");
    (target ?? part(this, "choose"))?.focus();
    say(fill(this.dataset["removed"], { name }));
    this.dispatchEvent(new Event("kk-removed", { bubbles: true }));
    this.#render();
  }
}
