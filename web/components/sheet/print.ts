/** `<kk-print data-sheet="id" hidden>` around a button: prints that notice sheet; the sheets are the page's print style. */
export class Print extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    this.hidden = false;
    button.addEventListener("click", () => {
      const others = [...document.querySelectorAll<HTMLElement>(".sheet")].filter((sheet) => sheet.id !== this.dataset["sheet"]);
      for (const sheet of others) sheet.hidden = true;
      addEventListener("afterprint", () => others.forEach((sheet) => (sheet.hidden = false)), { once: true });
      print();
    });
  }
}
