/**
 * `<kk-leave>` around numbers that have not been told: asks before the page is left, because they cannot be shown again.
 * A link of the page is answered in our own words (its `<dialog>`), whatever else leaves by the browser's question. The
 * form that says that they were told may leave, and so may everything once each was told (`kk-told`).
 */
export class Leave extends HTMLElement {
  #stop = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#stop;
    // Where scripts run, each card has its own button.
    this.querySelector<HTMLElement>("form[data-ticks]")?.toggleAttribute("hidden", this.querySelector("[data-told]") !== null);
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    this.addEventListener("submit", () => this.#stop.abort(), { signal });
    this.addEventListener("kk-told", (event) => this.#told((event as CustomEvent<string>).detail), { signal });
    document.addEventListener("click", (event) => this.#ask(event), { signal });
  }

  disconnectedCallback(): void {
    this.#stop.abort();
  }

  #told(reference: string): void {
    const untold = [...this.querySelectorAll<HTMLElement>("[data-untold]")];
    for (const line of untold) if (line.dataset["untold"] === reference) line.remove();
    if (!this.querySelector("[data-untold]")) this.#stop.abort();
  }

  #ask(event: MouseEvent): void {
    const dialog = this.querySelector("dialog");
    if (!dialog || !(event.target instanceof Element)) return;
    if (event.target.closest("[data-stay]")) return dialog.close();
    if (event.target.closest("[data-go]")) return this.#stop.abort();
    const link = event.target.closest("a");
    if (!link || !leads(link, event)) return;
    event.preventDefault();
    dialog.querySelector("a")?.setAttribute("href", link.href);
    dialog.showModal();
  }
}

/** Whether a click on `link` would replace this page. */
function leads(link: HTMLAnchorElement, event: MouseEvent): boolean {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const here = link.pathname === location.pathname && link.search === location.search && link.hash !== "";
  return plain && !event.defaultPrevented && link.origin === location.origin && !link.target && !here;
}
