/** `<kk-keep>` around the choice of a keeping time: shows the moment that belongs to what is chosen. */
export class Keep extends HTMLElement {
  connectedCallback(): void {
    const choice = this.querySelector("select");
    const moment = this.querySelector("[data-part=moment]");
    if (!choice || !moment) return;
    choice.addEventListener("change", () => {
      moment.textContent = choice.selectedOptions[0]?.dataset["moment"] ?? "";
    });
  }
}
