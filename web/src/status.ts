/** Says `text` to screen readers, politely. */
export function say(text: string): void {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}
