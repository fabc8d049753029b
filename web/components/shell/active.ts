/** Tells the page that the gateway has just answered something somebody did: the session is in use. */
export function active(): void {
  globalThis.document?.dispatchEvent(new Event("kk-active"));
}
