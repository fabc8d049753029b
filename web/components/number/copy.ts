import { say } from "../shell/say";

/** `<kk-copy data-source="id" hidden>` around a button: copies the text of the element with that id. */
export class Copy extends HTMLElement {
  connectedCallback(): void {
    const source = document.getElementById(this.dataset["source"] ?? "");
    const button = this.querySelector("button");
    if (!source || !button) return;
    this.hidden = false;
    const { done = "", failed = "" } = this.dataset;
    const result = document.createElement("span");
    result.className = "quiet";
    const tell = (text: string) => {
      say(text);
      result.textContent = text;
      this.append(result);
    };
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words(source));
        tell(done);
        this.dispatchEvent(new CustomEvent("kk-copied", { bubbles: true }));
      } catch {
        // What cannot be copied is selected, so that the person can.
        getSelection()?.selectAllChildren(source);
        tell(failed);
      }
    });
  }
}

/** The text of an element on one line, as it is read. */
function words(source: HTMLElement): string {
  return (source.textContent ?? "").replace(/\s+/g, " ").trim();
}
