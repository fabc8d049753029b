/** `<kk-countdown data-until data-left data-over>`: how long it is until a time, in minutes and seconds. Nobody is told aloud: the time itself stands beside it. */
export class Countdown extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#tick();
    this.#timer = window.setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  #tick(): void {
    const { until = "", left = "", over = "" } = this.dataset;
    const seconds = Math.ceil((Date.parse(until) - Date.now()) / 1000);
    if (Number.isNaN(seconds)) return;
    const words = seconds > 0 ? left.replace("{left}", clock(seconds)) : over;
    if (this.textContent !== words) this.textContent = words;
  }
}

/** Seconds as `m:ss`, or `h:mm:ss`. */
export function clock(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
