// Walks a page with the Tab key: the order is that of the document, everything that takes the focus is reached, and where the
// focus is can be seen.

/** More stops than any page has; the walk ends when it is round. */
const MOST = 400;

/** Faults of the walk as `{ rule, text }`. */
export async function walkByTab(page) {
  const faults = [];
  await page.evaluate(toTheStart);
  const expected = await page.evaluate(reachable);
  let last = -1;
  const seen = new Set();
  for (let step = 0; step < MOST; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(describe);
    // A field for a date has several stops within.
    if (stop?.index === last) continue;
    if (!stop || seen.has(stop.index)) break;
    seen.add(stop.index);
    if (stop.index < last) faults.push({ rule: "focus order", text: `${stop.name} comes after a later one` });
    if (!stop.marked) faults.push({ rule: "focus not visible", text: stop.name });
    if (!stop.inView) faults.push({ rule: "focus out of view", text: stop.name });
    last = stop.index;
  }
  for (const { index, name } of expected) {
    if (!seen.has(index)) faults.push({ rule: "not reached by Tab", text: name });
  }
  return faults;
}

/** Inside of the page: the next Tab goes to the first stop. Taking the focus away alone would go on from where it was. */
export function toTheStart() {
  const start = document.documentElement;
  start.tabIndex = -1;
  start.focus();
  start.removeAttribute("tabindex");
  scrollTo(0, 0);
}

/** Inside of the page: what Tab must reach. */
function reachable() {
  const all = [...document.querySelectorAll("*")];
  const groups = new Set();
  const able = all.filter((element) => {
    if (element.tabIndex < 0 || element.matches(":disabled") || element.type === "hidden") return false;
    const natural = element.matches("a[href], button, input, select, textarea, [tabindex], [contenteditable]");
    if (!natural && !element.matches("details > summary:first-of-type")) return false;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert]")) return false;
    if (element.type !== "radio") return true;
    // A group of radio buttons is one stop: the chosen one, or any.
    const group = `${element.form ? all.indexOf(element.form) : ""} ${element.name}`;
    const chosen = [...document.getElementsByName(element.name)].find((e) => e.checked && e.form === element.form);
    if (groups.has(group) || (chosen && chosen !== element)) return false;
    groups.add(group);
    return true;
  });
  return able.map((element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
    return { index: all.indexOf(element), name: `<${element.localName}> ${words.slice(0, 30)}` };
  });
}

/** Inside of the page: where the focus is; nothing when it has left the page. */
function describe() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const all = [...document.querySelectorAll("*")];
  const outlined = (candidate) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(candidate);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  };
  // A custom control may show the focus of its hidden input around its label or its frame.
  const around = [element, ...(element.labels ?? []), element.closest(":focus-within:not(body, main, html)")];
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const owner = element.labels?.[0] && right - left <= 2 ? element.labels[0].getBoundingClientRect() : null;
  const box = owner ?? { left, top, right, bottom };
  const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
  return {
    index: all.indexOf(element),
    name: `<${element.localName}> ${words.slice(0, 30)}`,
    marked: around.some((candidate) => candidate && outlined(candidate)),
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}
