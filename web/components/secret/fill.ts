import { say } from "../shell/say";

/** `<kk-fill data-source="id" data-fields="id id" hidden>` around a button: puts the text of the source into these fields. */
export class Fill extends HTMLElement {
  connectedCallback(): void {
    const { source = "", fields = "", done = "" } = this.dataset;
    const text = document.getElementById(source)?.textContent?.trim();
    const button = this.querySelector("button");
    if (!text || !button) return;
    this.hidden = false;
    button.addEventListener("click", () => {
      for (const id of fields.split(" ")) {
        const field = document.getElementById(id);
        if (!(field instanceof HTMLInputElement)) continue;
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      say(done);
    });
  }
}
