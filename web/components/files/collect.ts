import { again } from "../shell/again";
import { say } from "../shell/say";

/** How long after a download began, and between two looks at most, in milliseconds. */
const FIRST = 1_500;
const LONGEST = 15_000;

/**
 * `<kk-collect>` around the files: once a download was started it looks at the same page now and then and takes over what
 * has changed (`data-live`); what has `data-say` is read out when it does. Looking does not keep the session from idling, and
 * rests while the page is hidden.
 */
export class Collect extends HTMLElement {
  #leave = new AbortController();
  #timer: number | undefined;
  #wait = FIRST;
  #watching = false;

  connectedCallback(): void {
    const { signal } = this.#leave;
    this.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("a[download]")) this.#begin();
    });
    document.addEventListener("visibilitychange", () => this.#schedule(), { signal });
    // Back from a file that the browser showed instead of saving.
    addEventListener("pageshow", (event) => event.persisted && this.#watching && this.#begin(), { signal });
  }

  disconnectedCallback(): void {
    this.#leave.abort();
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#watching = true;
    this.#wait = FIRST;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#watching || document.hidden) return;
    this.#timer = setTimeout(() => this.#look(), this.#wait);
    this.#wait = Math.min(this.#wait * 1.5, LONGEST);
  }

  #look(): void {
    const answered = (request: XMLHttpRequest) => {
      // Over, or taken over elsewhere: the page that stands here says so at the next press of a button.
      this.#watching = request.status === 200 && !!request.responseXML;
      if (this.#watching && request.responseXML) this.#take(request.responseXML);
      this.#schedule();
    };
    again("", answered, () => this.#schedule());
  }

  #take(fresh: Document): void {
    const news: string[] = [];
    for (const old of this.querySelectorAll<HTMLElement>("[data-live]")) {
      const changed = fresh.getElementById(old.id);
      if (!changed || changed.isEqualNode(old)) continue;
      const own = document.importNode(changed, true);
      old.replaceWith(own);
      const of = own.dataset.of && document.getElementById(own.dataset.of)?.textContent;
      if (of) news.push(`${of} ${own.textContent?.trim() ?? ""}`);
      // The heading, which is out of sight at the last file: that everything is there is said, too.
      else if (own.dataset.say !== undefined) news.push(own.textContent?.trim() ?? "");
    }
    if (news.length) say(news.join(" "));
    if (!this.querySelector("[data-open]")) this.#watching = false;
  }
}
