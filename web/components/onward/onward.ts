/** `<kk-onward>` around a form whose button was in truth pressed before: it is posted at once, one time. */
export class Onward extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    // Back leads here again; then the button waits for a person.
    if (!form || history.state === "posted") return;
    history.replaceState("posted", "");
    form.submit();
  }
}
