/**
 * Makes `old` look like `fresh` by changing what differs and nothing else: nodes that stay keep the focus, the selection and
 * what was typed, and `<details>` stay as they were opened. Elements with an id are the same wherever they stand.
 */
export function morph(old: Element, fresh: Element): void {
  attributes(old, fresh);
  const stays = new Set([...fresh.children].map((child) => child.id));
  const known = new Map<string, Element>();
  for (const child of [...old.children]) {
    if (!child.id) continue;
    if (stays.has(child.id)) known.set(child.id, child);
    else child.remove();
  }
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = (child instanceof Element && child.id && known.get(child.id)) || (at && alike(at, child) ? at : null);
    if (!match) {
      old.insertBefore(document.importNode(child, true), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    if (match instanceof Element && child instanceof Element) morph(match, child);
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue;
  }
  while (at) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Whether one can become the other. */
function alike(one: Node, other: Node): boolean {
  if (one.nodeName !== other.nodeName) return false;
  return !(one instanceof Element && other instanceof Element) || one.id === other.id;
}

function attributes(old: Element, fresh: Element): void {
  for (const { name, value } of [...fresh.attributes]) {
    if (!isPersons(old, name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!isPersons(old, name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** What the person at the page decides, not the server. */
function isPersons(element: Element, attribute: string): boolean {
  return attribute === "open" && element.localName === "details";
}
