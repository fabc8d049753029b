// A coffee break in the middle of a transfer: the page warns, hides itself, and is back as it was once its owner is. Another
// tab of the same session goes along.
//
//   KAKITOME_URL        address of a running gateway that locks after a minute, certificate not checked
//   KAKITOME_EMAIL      an account that may send
//   KAKITOME_PASSWORD   its one-time password
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import axe from "axe-core";
import { REFUSED, choose, look, main, need, quiet, somebody, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
const WALKS = [["ja", "desk"], ["en", "phone"]];
const MESSAGE = "いつもお世話になっております。";
/** A minute until the lock, and what a slow machine needs. */
const BREAK = { timeout: 90_000 };

const warning = (page) => page.locator("kk-idle dialog[data-part=warning]");
const lock = (page) => page.locator("kk-idle dialog[data-part=lock]");
const isLocked = (page) => page.evaluate(() => document.body.classList.contains("session-locked"));

async function compose(page) {
  await page.goto(`${URL_BASE}/send/new`);
  await choose(page, { name: "plan.pdf", mimeType: "application/pdf", buffer: randomBytes(2000) });
  await page.waitForURL(/\/send\/[0-9a-f-]{36}$/);
  await page.fill("textarea[name=message]", MESSAGE);
  await page.fill("#email", "suzuki@aoz");
}

async function carryOn(page, name) {
  await warning(page).waitFor(BREAK);
  await look(page, `${name}-warning`);
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.part), "carry-on", "the button has the focus");
  const told = page.waitForResponse((answer) => answer.url().endsWith("/session"));
  await page.keyboard.press("Enter");
  assert.equal((await told).status(), 200);
  await warning(page).waitFor({ state: "hidden" });
  assert.equal(await isLocked(page), false);
}

/** Nothing of the page can be read: not by eyes, not by a screen reader, not in the window's title. */
async function hides(page, name) {
  const title = await page.title();
  await lock(page).locator("input[type=password]").waitFor(BREAK);
  await look(page, `${name}-locked`);
  assert.equal(await page.locator("textarea[name=message]").isVisible(), false);
  assert.ok(!(await page.locator("body").innerText()).includes("plan.pdf"));
  assert.ok(!(await page.locator("body").ariaSnapshot()).includes("plan.pdf"));
  assert.notEqual(await page.title(), title);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("type")), "password");
  for (let nth = 0; nth < 3; nth += 1) await page.keyboard.press("Escape");
  assert.equal(await lock(page).isVisible(), true, "no key leads around it");
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
  return title;
}

async function unlock(page, name, title) {
  await lock(page).locator("input[type=password]").fill("not this one");
  await lock(page).locator("[data-part=unlock] button.main").click();
  await lock(page).locator("#idle-errors").waitFor();
  await look(page, `${name}-wrong`);
  assert.equal(await isLocked(page), true);
  await lock(page).locator("input[type=password]").fill(SENDER.password);
  await lock(page).locator("[data-part=unlock] button.main").click();
  await lock(page).waitFor({ state: "hidden" });
  assert.equal(await page.title(), title);
  assert.equal(await page.locator("kk-idle input[type=password]").count(), 0, "no password stays behind");
  assert.equal(await page.inputValue("textarea[name=message]"), MESSAGE);
  assert.equal(await page.inputValue("#email"), "suzuki@aoz");
  assert.ok((await page.locator("main").innerText()).includes("plan.pdf"));
  await look(page, `${name}-back`);
}

/** The page's forms and scripts work on. */
async function goesOn(page) {
  await page.fill("#email", "suzuki@aozora.example");
  await page.fill("#name", "鈴木 一郎");
  await page.locator("button[formaction$='/recipients']").first().click();
  await page.getByText("suzuki@aozora.example").first().waitFor();
  await Promise.all([page.waitForURL("**/check"), main(page).last().click()]);
  assert.ok((await page.locator("main").innerText()).includes(MESSAGE.slice(0, 5)));
}

async function walk(browser, language, size) {
  const name = `${language}-${size}`;
  const { context, page, complaints } = await windowOf(browser, language, size, { reducedMotion: "reduce" });
  await SENDER.signIn(page, language);
  const other = await context.newPage();
  await other.goto(`${URL_BASE}/me`);
  await other.fill("#phone", "03-0000-0000");
  await compose(page);
  await carryOn(page, name);
  const title = await hides(page, name);
  await other.locator("body.session-locked").waitFor({ state: "attached", ...BREAK });
  await unlock(page, name, title);
  await other.locator("body:not(.session-locked)").waitFor();
  assert.equal(await other.inputValue("#phone"), "03-0000-0000");
  await goesOn(page);
  quiet(complaints, REFUSED);
  await context.close();
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  // Side by side: most of it is waiting.
  await Promise.all(WALKS.map(([language, size]) => walk(browser, language, size)));
});
