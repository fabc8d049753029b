/** Milliseconds between two announcements at least. */
const PAUSE = 10_000;

/** When progress is worth saying: at each quarter, but not more often than every ten seconds; the end always. */
export class Quarters {
  #said = -1;
  #at = 0;

  /** The percent to say now, if there is one. */
  at(percent: number, now: number): number | undefined {
    const quarter = Math.floor(percent / 25) * 25;
    if (quarter < this.#said) this.#said = -1;
    const due = this.#said < 0 || quarter === 100 || now - this.#at >= PAUSE;
    if (quarter === this.#said || !due) return undefined;
    [this.#said, this.#at] = [quarter, now];
    return quarter;
  }
}
