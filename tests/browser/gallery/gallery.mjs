// The gallery process, its list of states, and browser pages to walk it with.
//
//   KAKITOME_BINARY     the program, built with the feature `gallery`
//   KAKITOME_CHROMIUM   as for stage.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { need } from "../stage.mjs";

export const LANGUAGES = ["ja", "en"];
/** Pages at work at once: two for each of the two cores that the tests are made for. */
const AT_ONCE = 4;
/** Milliseconds for one page, on a machine that does other things too. */
const PATIENCE = 120_000;

/** Runs `work` with the gallery's address, its states and its office, and ends the process afterwards. */
export async function withGallery(work) {
  const server = spawn(need("KAKITOME_BINARY"), ["gallery", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  try {
    const lines = createInterface({ input: server.stdout });
    const [address] = await Promise.race([once(lines, "line"), ended.then(([code]) => assert.fail(`it ended: ${code}`))]);
    return await work(await read(address));
  } finally {
    server.kill();
    await ended;
  }
}

/** Reads the index as it is served: `states` is a list of screen, name, language and address. */
async function read(address) {
  const html = await (await fetch(address)).text();
  const origin = new URL(address).origin;
  const office = html.match(/data-office="([^"]+)"/)[1];
  const states = [];
  for (const [, screen, body] of html.matchAll(/<section id="([^"]+)">(.*?)<\/section>/gs)) {
    for (const [, path, name] of body.matchAll(/<a href="([^"]+)" data-state="([^"]+)"/g)) {
      const url = new URL(path.replaceAll("&amp;", "&"), origin);
      states.push({ screen, name, language: url.searchParams.get("lang"), url: url.href });
    }
  }
  assert.ok(states.length > 100, `the gallery lists ${states.length} states`);
  return { origin, office, states };
}

/** Calls `work(page, item)` for each item, on some pages at once that are opened with `options`. */
export async function onPages(browser, options, items, work) {
  const waiting = [...items];
  const worker = async () => {
    const context = await browser.newContext({ timezoneId: "Asia/Tokyo", reducedMotion: "reduce", ...options });
    await context.addInitScript(listenToPolicy);
    // A page that is looked at for long looks for news by itself; in the gallery nothing ever happens.
    await context.route((url) => /^\/(send|transfers)\//.test(url.pathname), (route) => route.fulfill({ status: 304 }));
    const page = await context.newPage();
    for (let item = waiting.shift(); item; item = waiting.shift()) await inTime(work(page, item), item);
    await context.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A browser that hangs is told as the item that it hangs at. */
async function inTime(working, item) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no end with ${JSON.stringify(item)}`)), PATIENCE);
  });
  await Promise.race([working, late]).finally(() => clearTimeout(timer));
}

/** Inside of the page: what the content security policy refuses, from the start. */
function listenToPolicy() {
  globalThis.refusedByPolicy = [];
  addEventListener("securitypolicyviolation", (event) => {
    globalThis.refusedByPolicy.push(`${event.effectiveDirective}: ${event.blockedURI || event.sample}`);
  });
}

/** A list as one line, shortened. */
export function named(list, most = 6) {
  const some = list.slice(0, most).join(", ");
  return list.length > most ? `${some} and ${list.length - most} more` : some;
}
