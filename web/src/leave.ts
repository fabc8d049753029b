/** Asks before a page is left whose numbers have not been told; they cannot be shown again. */
export function warnBeforeLeaving(): void {
  if (!document.querySelector("[data-leave]")) return;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener("beforeunload", ask);
  document.querySelector("form[data-told]")?.addEventListener("submit", () => removeEventListener("beforeunload", ask));
}
