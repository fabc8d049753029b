/**
 * `<kk-print data-sheet="id" hidden>` around a button: prints the notice sheets of that id; the sheets are the page's print
 * style, and which form they have is chosen beside it.
 */
export class Print extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    this.hidden = false;
    button.addEventListener("click", () => {
      const others = [...document.querySelectorAll<HTMLElement>(".sheets")].filter((sheet) => sheet.id !== this.dataset["sheet"]);
      for (const sheet of others) sheet.hidden = true;
      addEventListener("afterprint", () => others.forEach((sheet) => (sheet.hidden = false)), { once: true });
      print();
    });
  }
}
