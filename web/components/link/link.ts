/** Mail gateways turn `#` into `%23`; then the secret stands at the end of the path. */
const STRAY = /%23/i;

/**
 * `<kk-link>` around the form that asks for the code. The secret in the link's fragment never reaches the server by itself:
 * it is put into the form, which is posted.
 */
export class Link extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    const field = form?.querySelector<HTMLInputElement>("input[name=secret]");
    if (!form || !field) return;
    mend();
    const secret = location.hash.slice(1);
    if (!secret) return;
    field.value = secret;
    // Back from the next page leads here again; without the fragment it does not post a second time.
    history.replaceState(null, "", location.pathname + location.search);
    form.requestSubmit();
  }
}

function mend(): void {
  const at = location.pathname.search(STRAY);
  if (at < 0) return;
  const [path, secret] = [location.pathname.slice(0, at), location.pathname.slice(at + 3)];
  history.replaceState(null, "", `${path}${location.search}#${secret}`);
}
