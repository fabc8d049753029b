import { type Draft, draft } from "./draft";
import { active } from "../shell/active";
import { type Uploads, uploads } from "../upload/uploads";

/**
 * `<kk-stay>` around the pages of a draft. A browser forgets chosen files when it goes to another page; while some are on
 * their way, forms and links between these pages are fetched, and the new page's `<main>` takes the place of the present
 * one. `data-here` is the page's own address, `data-after` of a form where to go when its answer is no such page.
 */
export class Stay extends HTMLElement {
  #leave = new AbortController();
  #asking = false;
  uploads: Uploads = uploads;
  draft: Draft = draft;

  connectedCallback(): void {
    const { signal } = this.#leave;
    this.draft.bind(this.dataset["transfer"] ?? "", this.dataset["csrf"] ?? "");
    this.draft.addEventListener("made", () => this.#made(), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("popstate", () => this.#back(), { signal });
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  /** The page was for a new draft, and now there is one. */
  #made(): void {
    const path = `/send/${this.draft.id}`;
    const moved = (address: string) => address.replace(/^\/send\/new/, path);
    history.replaceState(null, "", path);
    this.dataset["here"] = path;
    for (const form of this.querySelectorAll("form")) form.setAttribute("action", moved(form.getAttribute("action") ?? ""));
    for (const button of this.querySelectorAll("[formaction]")) button.setAttribute("formaction", moved(button.getAttribute("formaction") ?? ""));
    for (const link of document.querySelectorAll(".languages a")) link.setAttribute("href", moved(link.getAttribute("href") ?? ""));
    for (const element of this.querySelectorAll<HTMLElement>("[data-made]")) element.hidden = false;
  }

  #submitted(event: SubmitEvent): void {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !this.uploads.busy) return;
    event.preventDefault();
    const { submitter } = event;
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    const fields = [...new FormData(form, submitter)].filter((pair): pair is [string, string] => typeof pair[1] === "string");
    this.#ask(action, new URLSearchParams(fields), submitter?.dataset["focus"], form.dataset["after"]);
  }

  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !this.uploads.busy || event.defaultPrevented) return;
    const address = new URL(link.href);
    // Within the page is the browser's; another draft, or anything else, is another page.
    if (address.pathname === location.pathname && address.hash) return;
    if (!address.pathname.startsWith(`/send/${this.draft.id}`)) return;
    event.preventDefault();
    this.#ask(address.pathname + address.search, undefined, address.hash.slice(1));
  }

  #back(): void {
    if (this.dataset["here"] === location.pathname) return;
    if (this.uploads.busy) this.#ask(location.pathname + location.search, undefined, undefined, undefined, true);
    else location.reload();
  }

  #ask(address: string, body?: URLSearchParams, focus?: string, after?: string, back = false): void {
    if (this.#asking) return;
    this.#asking = true;
    const request = new XMLHttpRequest();
    request.open(body ? "POST" : "GET", address);
    request.responseType = "document";
    request.addEventListener("loadend", () => {
      this.#asking = false;
      const page = request.responseXML;
      const main = page?.querySelector("main");
      const stay = main?.querySelector<HTMLElement>("kk-stay");
      if (page && main && stay) this.#adopt(page, main, stay, focus, back);
      else if (request.status) location.assign(after ?? request.responseURL);
      else this.#failed();
    });
    request.send(body);
  }

  #adopt(page: Document, main: HTMLElement, stay: HTMLElement, focus: string | undefined, back: boolean): void {
    active();
    const here = stay.dataset["here"] ?? location.pathname;
    if (here !== location.pathname && !back) history.pushState(null, "", here);
    document.title = page.title;
    const [languages, theirs] = [document.querySelector(".languages"), page.querySelector(".languages")];
    if (languages && theirs) languages.replaceWith(document.adoptNode(theirs));
    const present = document.querySelector("main");
    present?.replaceWith(document.adoptNode(main));
    const target = main.querySelector<HTMLElement>("#errors") ?? document.getElementById(focus ?? "") ?? main.querySelector<HTMLElement>("h1");
    if (!target) return;
    if (!target.matches("a, button, input, select, textarea, [tabindex]")) target.tabIndex = -1;
    target.focus();
    if (!target.matches("h1")) target.scrollIntoView();
    else scrollTo(0, 0);
  }

  #failed(): void {
    const words = this.querySelector<HTMLElement>('[data-part="offline"]');
    if (!words) return;
    words.hidden = false;
    words.scrollIntoView({ block: "center" });
  }
}
