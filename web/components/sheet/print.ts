/** `<kk-print hidden>` around a button: the notice sheets are the page's print style. */
export class Print extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    this.hidden = false;
    button.addEventListener("click", () => {
      print();
      this.dispatchEvent(new CustomEvent("kk-printed", { bubbles: true }));
    });
  }
}
