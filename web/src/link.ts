/**
 * The secret in the link's fragment never reaches the server by itself: it is put into the page's form, which is posted.
 * Some mail gateways turn `#` into `%23`; then the secret stands at the end of the path.
 */
export function lookByLink(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-look]");
  const field = form?.querySelector<HTMLInputElement>("#secret");
  if (!form || !field) return;

  const stray = location.pathname.search(/%23/i);
  if (stray >= 0) {
    const [path, secret] = [location.pathname.slice(0, stray), location.pathname.slice(stray + 3)];
    history.replaceState(null, "", `${path}${location.search}#${secret}`);
  }
  const secret = location.hash.slice(1);
  if (!secret) return;

  field.value = secret;
  // Back from the next page leads here again; without the fragment it does not post a second time.
  history.replaceState(null, "", location.pathname + location.search);
  form.requestSubmit();
}
