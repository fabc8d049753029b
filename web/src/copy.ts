import { say } from "./status";

/** Reveals the copy buttons and makes them work. */
export function offerCopy(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const source = document.getElementById(button.dataset["copy"] ?? "");
    if (!source) continue;
    button.hidden = false;
    const tell = (text = "") => {
      say(text);
      button.textContent = text;
    };
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
        tell(button.dataset["done"]);
      } catch {
        getSelection()?.selectAllChildren(source);
        tell(button.dataset["failed"]);
      }
    });
  }
}

/** Reveals the print buttons; the notice sheets are the page's print style. */
export function offerPrint(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
