/** Milliseconds of the past that a speed is taken over. */
const WINDOW = 8000;

/** How fast bytes go, over the last seconds. */
export class Pace {
  movedAt = 0;
  #marks: [at: number, bytes: number][] = [];

  begin(bytes: number): void {
    this.movedAt = Date.now();
    this.#marks = [[this.movedAt, bytes]];
  }

  note(bytes: number): void {
    const now = Date.now();
    if (bytes > (this.#marks.at(-1)?.[1] ?? 0)) this.movedAt = now;
    this.#marks.push([now, bytes]);
    while (this.#marks.length > 2 && now - (this.#marks[0]?.[0] ?? now) > WINDOW) this.#marks.shift();
  }

  /** Bytes per second; 0 while too little is known. */
  get speed(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last[0] - first[0] < 500) return 0;
    return Math.max(0, ((last[1] - first[1]) * 1000) / (last[0] - first[0]));
  }

  /** Seconds until `rest` bytes are there; nothing while too little is known. */
  left(rest: number): number | undefined {
    const { speed } = this;
    return speed > 0 ? rest / speed : undefined;
  }
}
