import { again } from "../shell/again";
import { say } from "../shell/say";
import { morph } from "./morph";

/** Milliseconds until the first look, between looks with news, and at most. */
const SOON = 4_000;
const LATE = 60_000;
const SLOWER = 1.5;

/**
 * `<kk-live>` around what changes by itself: looks whether the page has news, while somebody can see it, and changes what
 * changed. Elements with `data-say` are read out when that changes. Looking keeps no session alive; where the session has
 * ended, looking ends too, until the session is unlocked in place.
 */
export class Live extends HTMLElement {
  #gone = new AbortController();
  #wait = SOON;
  #next: ReturnType<typeof setTimeout> | undefined;
  #tag = "";
  #over = false;

  connectedCallback(): void {
    const { signal } = this.#gone;
    const resume = () => {
      this.#wait = SOON;
      this.#plan();
    };
    document.addEventListener("visibilitychange", resume, { signal });
    addEventListener("online", resume, { signal });
    document.addEventListener("kk-unlocked", () => {
      this.#over = false;
      resume();
    }, { signal });
    this.#plan();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    clearTimeout(this.#next);
  }

  #plan(): void {
    clearTimeout(this.#next);
    if (this.#over || this.#gone.signal.aborted || document.visibilityState !== "visible") return;
    this.#next = setTimeout(() => this.#look(), this.#wait);
  }

  #look(): void {
    // A line that broke may come back: then `online` or the next look at the tab goes on.
    again(this.#tag, (request) => this.#read(request));
  }

  #read(request: XMLHttpRequest): void {
    const fresh = request.status === 200 && isHere(request.responseURL) ? request.responseXML?.querySelector("kk-live") : null;
    if (fresh) {
      this.#tag = request.getResponseHeader("ETag") ?? "";
      this.#wait = this.#update(fresh) ? SOON : this.#slower();
    } else if (request.status === 304) {
      this.#wait = this.#slower();
    } else {
      // Signed out, locked, refused: a person has to do something first.
      this.#over = true;
    }
    this.#plan();
  }

  #slower(): number {
    return Math.min(this.#wait * SLOWER, LATE);
  }

  /** Whether there was news. */
  #update(fresh: Element): boolean {
    if (this.isEqualNode(fresh)) return false;
    const before = this.#words();
    morph(this, fresh);
    const news = [...this.#words()].filter(([id, words]) => before.get(id) !== words).map(([, words]) => words);
    if (news.length) say(news.join("\n"));
    return true;
  }

  #words(): Map<string, string> {
    return new Map([...this.querySelectorAll<HTMLElement>("[data-say]")].map((one) => [one.id, one.dataset["say"] ?? ""]));
  }
}

function isHere(address: string): boolean {
  return new URL(address, location.href).pathname === location.pathname;
}
