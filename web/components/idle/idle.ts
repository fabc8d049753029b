import { refusalOf } from "../draft/draft";
import { say } from "../shell/say";
import { IdleClock } from "./clock";
import { ask } from "./unlock";

/** Milliseconds after the last answer from which on a key or a click tells the gateway that somebody is there. */
const TELL = 60_000;
/** All tabs of a session hear of each other here. */
const CHANNEL = "kakitome-session";

/**
 * `<kk-idle data-minutes data-email>`: warns before the session is locked for want of activity, hides the page when it is,
 * and unlocks it in place, so that nothing typed is lost. The gateway decides; this only shows it in time.
 */
export class Idle extends HTMLElement {
  #gone = new AbortController();
  #clock = new IdleClock(10, 0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #channel: BroadcastChannel | undefined;
  #locked = false;
  #asking = false;
  #title = "";
  #focused: Element | null = null;

  connectedCallback(): void {
    this.#clock = new IdleClock(Number(this.dataset["minutes"]), Date.now());
    const { signal } = this.#gone;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.addEventListener("message", (event: MessageEvent<unknown>) => this.#heard(event.data), { signal });
    document.addEventListener("kk-active", () => this.#active(), { signal });
    for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => this.#present(), { signal, passive: true });
    for (const kind of ["pageshow", "focus"]) addEventListener(kind, () => this.#look(), { signal });
    addEventListener("online", () => !this.#part("unreached")?.hidden && void this.#check(true), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    this.#wire(signal);
    this.#active();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    this.#channel?.close();
    clearTimeout(this.#timer);
  }

  #wire(signal: AbortSignal): void {
    const [warning, lock] = [this.#dialog("warning"), this.#dialog("lock")];
    this.#part("carry-on")?.addEventListener("click", () => void this.#touch(), { signal });
    this.#part("again")?.addEventListener("click", () => void this.#check(true), { signal });
    warning?.addEventListener("cancel", () => void this.#touch(), { signal });
    // Browsers close a dialog that is cancelled twice, whatever a page says: then it opens again.
    lock?.addEventListener("cancel", (event) => event.preventDefault(), { signal });
    lock?.addEventListener("close", () => this.#locked && lock.showModal(), { signal });
    lock?.addEventListener("submit", (event) => this.#submitted(event), { signal });
    lock?.addEventListener("kk-proven", (event) => {
      event.preventDefault();
      void this.#check(true);
    }, { signal });
  }

  #part(name: string): HTMLElement | null {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #dialog(name: "warning" | "lock"): HTMLDialogElement | null {
    return this.querySelector(`dialog[data-part="${name}"]`);
  }

  /** The gateway has just answered this page. */
  #active(): void {
    this.#channel?.postMessage(Date.now());
    this.#since(Date.now());
  }

  #heard(at: unknown): void {
    if (typeof at !== "number") return;
    if (this.#locked) void this.#check(true);
    else this.#since(at);
  }

  #since(at: number): void {
    this.#clock.last = Math.max(this.#clock.last, at);
    this.#look();
  }

  /** Somebody types or clicks: the gateway should know, before it takes them for gone. */
  #present(): void {
    const quiet = Date.now() - this.#clock.last;
    if (!this.#locked && !this.#asking && quiet >= TELL && this.#clock.phase(Date.now()) === "open") void this.#touch();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#locked) return;
    const phase = this.#clock.phase(Date.now());
    if (phase === "over") return this.#lock();
    const warning = this.#dialog("warning");
    if (phase === "soon" && warning && !warning.open) warning.showModal();
    if (phase === "open" && warning?.open) warning.close();
    this.#timer = setTimeout(() => this.#look(), this.#clock.next(Date.now()));
  }

  /** A small request that counts as activity. */
  async #touch(): Promise<void> {
    this.#asking = true;
    try {
      const answer = await fetch("/session");
      if (answer.ok) this.#active();
      else if (answer.status === 401) this.#lock();
    } catch {
      // The line is broken; the clock goes on.
    } finally {
      this.#asking = false;
    }
  }

  #lock(): void {
    if (this.#locked) return;
    this.#dialog("warning")?.close();
    [this.#locked, this.#title, this.#focused] = [true, document.title, document.activeElement];
    document.title = this.dataset["locked"] ?? "";
    document.body.classList.add("session-locked");
    this.#part("unlock")?.replaceChildren();
    this.#dialog("lock")?.showModal();
    void this.#check(false);
  }

  /** What the gateway says of the session. `fresh`: there is reason to think that it was just used. */
  async #check(fresh: boolean): Promise<void> {
    const answer = await fetch("/session", { headers: { "Kakitome-Watch": "1" } }).catch(() => undefined);
    if (!this.#locked) return;
    if (answer?.ok) {
      const { email } = (await answer.json()) as { email: string };
      // Somebody else signed in in another tab: this page is none of theirs.
      if (email !== this.dataset["email"]) return location.reload();
      return this.#open(fresh);
    }
    if (answer?.status !== 401) return this.#lost();
    if ((await refusalOf(answer)).code === "session-locked") return this.#offer();
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  async #offer(form?: HTMLFormElement): Promise<void> {
    const answer = await ask(location.pathname + location.search, form);
    if (!this.#locked) return;
    if (answer === "unreached") return this.#lost();
    if (answer === "elsewhere") return form ? this.#check(true) : this.#lost();
    this.#show("unlock");
    this.#part("unlock")?.replaceChildren(...document.adoptNode(answer).childNodes);
    this.querySelector<HTMLElement>("#idle-errors, [data-part=unlock] input[type=password], [data-part=unlock] button")?.focus();
  }

  #submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.getAttribute("action") !== "/unlock") return;
    event.preventDefault();
    void this.#offer(form);
  }

  #lost(): void {
    this.#show("unreached");
    this.#part("again")?.focus();
  }

  #show(name: "unlock" | "unreached"): void {
    for (const one of ["unlock", "unreached"]) this.#part(one)?.toggleAttribute("hidden", one !== name);
  }

  #open(fresh: boolean): void {
    this.#locked = false;
    document.title = this.#title;
    document.body.classList.remove("session-locked");
    this.#dialog("lock")?.close();
    this.#part("unlock")?.replaceChildren();
    if (this.#focused instanceof HTMLElement) this.#focused.focus();
    document.dispatchEvent(new Event("kk-unlocked"));
    say(this.dataset["resumed"] ?? "");
    if (fresh) return this.#active();
    // Another page kept it alive, and nobody knows for how long: the gateway is asked again in a minute.
    this.#since(Date.now() - (this.#clock.minutes - 1) * 60_000);
  }
}
