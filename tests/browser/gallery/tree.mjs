// What a screen reader is told, and what the Tab key meets: Chromium's accessibility tree as text, then the stops in order.

import { toTheStart } from "./focus.mjs";

const MOST = 200;
/** The start of a line of the tree, without states and contents. */
const ROLE_AND_NAME = /^- (?!text\b)\w+(?: "(?:[^"\\]|\\.)*")?/;

/** The tree of `page` and its stops. Ids that change with every run are left out. */
export async function tree(page) {
  const title = await page.title();
  const body = await page.locator("body").ariaSnapshot();
  const stops = await tabStops(page);
  return steady(`# ${title}\n${body}\n\n# Tab\n${stops.join("\n")}\n`);
}

async function tabStops(page) {
  await page.evaluate(toTheStart);
  const stops = [];
  let first;
  for (let step = 0; step < MOST; step += 1) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => [...document.querySelectorAll("*")].indexOf(document.activeElement));
    const focused = page.locator(":focus");
    if ((await focused.count()) === 0 || place === first) break;
    first ??= place;
    const [line] = (await focused.ariaSnapshot()).split("\n");
    stops.push(line.match(ROLE_AND_NAME)?.[0] ?? (await focused.evaluate(plain)));
  }
  return stops;
}

/** Inside of the page: what has no role of its own (a field for a colour), by its words. */
function plain({ type, localName, labels, innerText }) {
  return `- ${type || localName} "${(labels?.[0]?.innerText ?? innerText).trim()}"`;
}

function steady(text) {
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID");
}
