// Opening a page with open ears, and axe-core's word on it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Sessions with the browser that switch scripts off and on, by page. Each page needs its own from beginning to end: what one
 * session has switched off, another cannot switch on. */
const switches = new WeakMap();

/** Whether the page's scripts run: its own while it loads, and ours that need timers. */
async function runScripts(page, run) {
  if (!switches.has(page)) switches.set(page, await page.context().newCDPSession(page));
  await switches.get(page).send("Emulation.setScriptExecutionDisabled", { value: !run });
}

/** Loads `url` and listens while the page starts. Returns what went wrong. */
export async function open(page, url, { media = "screen", scripts = true } = {}) {
  const faults = [];
  const onConsole = (message) => {
    if (["error", "warning"].includes(message.type())) faults.push({ rule: "console", text: message.text() });
  };
  const onError = (error) => faults.push({ rule: "page error", text: error.message });
  const onResponse = (response) => {
    if (response.status() >= 400) faults.push({ rule: "request", text: `${response.status()} ${new URL(response.url()).pathname}` });
  };
  page.on("console", onConsole).on("pageerror", onError).on("response", onResponse);
  await page.emulateMedia({ media: media });
  await runScripts(page, scripts);
  await page.goto(url, { waitUntil: "load" });
  // One frame later the modules have run and drawn.
  if (scripts) await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
  const refused = await page.evaluate(() => globalThis.refusedByPolicy ?? []);
  page.off("console", onConsole).off("pageerror", onError).off("response", onResponse);
  return [...faults, ...refused.map((text) => ({ rule: "content security policy", text }))];
}

/** What axe-core says about the page. Last of all looks, because axe itself does what the policy forbids. */
export async function judgeAxe(page, { forcedColors, paper } = {}) {
  // axe needs timers. The page's own scripts, left out while it loaded, do not come back by that.
  await runScripts(page, true);
  await page.evaluate(AXE);
  // Nobody goes through paper by headings. In forced colours people have chosen the pairs themselves; axe reads the author's
  // colours and would judge those.
  const off = [forcedColors && "color-contrast", paper && "page-has-heading-one"].filter(Boolean);
  const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const found = await page.evaluate(
    ([values, rules]) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, rules, resultTypes: ["violations"] }),
    [TAGS, rules],
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => ({ rule: `axe ${id}`, text: `${help}: ${target.join(" ")}` })),
  );
}
