/** Seconds before the lock at which it is announced (WCAG 2.2.1 asks for 20 at least). */
const NOTICE = 120;
/** Seconds that the page waits beyond the gateway's limit, so that the gateway has locked when it is asked. */
const BEYOND = 1;

export type Phase = "open" | "soon" | "over";

/** How long ago something was done, and what follows from it. Sleep of the machine counts. */
export class IdleClock {
  constructor(
    readonly minutes: number,
    public last: number,
  ) {}

  get #warnAt(): number {
    // A limit so short that there is no time for a notice is announced at half of it.
    return this.last + Math.max(this.minutes * 60 - NOTICE, this.minutes * 30) * 1000;
  }

  get #overAt(): number {
    return this.last + (this.minutes * 60 + BEYOND) * 1000;
  }

  phase(now: number): Phase {
    if (now >= this.#overAt) return "over";
    return now >= this.#warnAt ? "soon" : "open";
  }

  /** Milliseconds until the phase changes. */
  next(now: number): number {
    return Math.max(0, (now < this.#warnAt ? this.#warnAt : this.#overAt) - now);
  }
}
