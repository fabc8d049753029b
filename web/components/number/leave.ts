/**
 * `<kk-leave>` around numbers that have not been told: asks before the page is left, because they cannot be shown again.
 * The form that says that they were told may leave.
 */
export class Leave extends HTMLElement {
  #stop = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#stop;
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    this.addEventListener("submit", () => this.#stop.abort(), { signal });
  }

  disconnectedCallback(): void {
    this.#stop.abort();
  }
}
