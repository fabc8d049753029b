const UNLOCK = "/unlock";
/** Milliseconds after which an answer is not waited for any longer. */
const PATIENCE = 30_000;
const REFERENCES = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];

/** What the gateway made of it: the page that unlocks, something else (there is nothing to unlock), or no answer. */
export type Answer = HTMLElement | "elsewhere" | "unreached";

/**
 * Asks for the page that unlocks the session, or posts its form. It is the gateway's own page, so that every way to prove
 * who one is is on it, and every refusal in its words.
 */
export function ask(next: string, form?: HTMLFormElement): Promise<Answer> {
  const request = new XMLHttpRequest();
  request.open(form ? "POST" : "GET", form ? UNLOCK : `${UNLOCK}?next=${encodeURIComponent(next)}`);
  request.responseType = "document";
  request.timeout = PATIENCE;
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(read(request)));
    request.send(form && new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])));
  });
}

function read(request: XMLHttpRequest): Answer {
  if (request.status === 0 || request.status >= 500) return "unreached";
  const main = request.responseXML?.querySelector("main");
  return main?.querySelector(`form[action="${UNLOCK}"]`) ? renamed(main) : "elsewhere";
}

/** The page around it may have elements of the same ids. */
function renamed(main: HTMLElement): HTMLElement {
  const own = (id: string) => `idle-${id}`;
  for (const element of main.querySelectorAll("[id]")) element.id = own(element.id);
  for (const name of REFERENCES) {
    for (const element of main.querySelectorAll(`[${name}]`)) {
      element.setAttribute(name, (element.getAttribute(name) ?? "").split(/\s+/).map(own).join(" "));
    }
  }
  for (const link of main.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) link.setAttribute("href", `#${own(link.hash.slice(1))}`);
  return main;
}
