import { again } from "../shell/again";

/** Each pause is so much longer than the one before, as long as there is no news. */
const SLOWER = 1.5;

/**
 * Looks again and again whether the page has news, while somebody can see it, and less often the longer there is none.
 * Looking keeps no session alive; where the session has ended, looking ends too, until it is unlocked in place.
 */
export abstract class Look extends HTMLElement {
  #gone = new AbortController();
  #wait = 0;
  #next: ReturnType<typeof setTimeout> | undefined;
  #tag = "";
  #over = false;

  /** Milliseconds until the first look and between looks with news. */
  protected abstract readonly soon: number;
  /** Milliseconds between looks at most. */
  protected abstract readonly late: number;

  /** Where the page is. */
  protected get address(): string {
    return location.pathname + location.search;
  }

  /** Takes over what is new, and says whether anything was; `undefined` where the page is not this one any more. */
  protected abstract take(page: Document): boolean | undefined;

  connectedCallback(): void {
    const { signal } = this.#gone;
    document.addEventListener("visibilitychange", () => this.resume(), { signal });
    addEventListener("online", () => this.resume(), { signal });
    document.addEventListener("kk-unlocked", () => {
      this.#over = false;
      this.resume();
    }, { signal });
    this.resume();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    clearTimeout(this.#next);
  }

  /** Looks soon: there may be news. */
  protected resume(): void {
    this.#wait = this.soon;
    this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#next);
    if (this.#over || this.#gone.signal.aborted || document.visibilityState !== "visible") return;
    this.#next = setTimeout(() => this.#look(), this.#wait);
  }

  #look(): void {
    // A line that broke may come back: then `online` or the next look at the tab goes on.
    const { address } = this;
    if (address) again(this.#tag, (request) => this.#read(request, address), undefined, address);
  }

  #read(request: XMLHttpRequest, address: string): void {
    const page = request.status === 200 && isAt(request.responseURL, address) ? request.responseXML : null;
    const news = page ? this.take(page) : undefined;
    if (news !== undefined) {
      this.#tag = request.getResponseHeader("ETag") ?? "";
      this.#wait = news ? this.soon : this.#slower();
    } else if (request.status === 304) {
      this.#wait = this.#slower();
    } else {
      // Signed out, locked, refused: a person has to do something first.
      this.#over = true;
    }
    this.#plan();
  }

  #slower(): number {
    return Math.min(this.#wait * SLOWER, this.late);
  }
}

function isAt(found: string, asked: string): boolean {
  return new URL(found, location.href).pathname === new URL(asked, location.href).pathname;
}
