/** Says `text` to screen readers, politely: once, when they are done with what they read. */
export function say(text: string): void {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}
