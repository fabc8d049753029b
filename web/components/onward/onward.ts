/** `<kk-onward>` around a form whose button was in truth pressed before: in the answer of one of `data-at` it is posted at once. */
export class Onward extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    // Back leads here again; then the button waits for a person.
    if (!form || !this.dataset.at?.split(" ").includes(location.pathname) || history.state === "posted") return;
    history.replaceState("posted", "");
    form.submit();
  }
}
