/** Mail gateways turn `#` into `%23`, some twice; then the secret stands at the end of the path. */
const STRAY = /%(?:25)*23/i;
/** What a code is made of, and what may stand between. What follows it was added on the way. */
const CODE = /^[0-9A-Za-z\s_-]*/;

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
    const secret = code(location.hash.slice(1));
    if (!secret) return;
    field.value = secret;
    // Back from the next page leads here again; without the fragment it does not post a second time.
    history.replaceState(null, "", location.pathname + location.search);
    form.submit();
  }
}

function mend(): void {
  const stray = STRAY.exec(location.pathname);
  if (!stray) return;
  const [path, secret] = [location.pathname.slice(0, stray.index), location.pathname.slice(stray.index + stray[0].length)];
  history.replaceState(null, "", `${path}${location.search}#${secret}`);
}

function code(fragment: string): string {
  let text = fragment;
  try {
    text = decodeURIComponent(fragment);
  } catch {
    // A stray `%`: taken as it is.
  }
  return CODE.exec(text)?.[0].trim() ?? "";
}
