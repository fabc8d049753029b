/** The error summary takes the focus, so that it is read first. */
export function focusErrors(): void {
  document.getElementById("errors")?.focus();
}
