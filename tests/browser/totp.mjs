// An app for codes in a real browser: set up from the page's QR code, asked for at the next sign-in, never taken twice, and a
// recovery code in its place. Japanese and English, on a phone.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked
//   KAKITOME_EMAIL      an account that has never signed in
//   KAKITOME_PASSWORD   its one-time password
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { REFUSED, look, main, need, quiet, somebody, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const PERSON = somebody();
const STEP = 30_000;

const at = (path) => (url) => url.pathname === path;

/** The code of an RFC 6238 app, computed here and not by the gateway's own code. */
function codeOf(secret, step) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((symbol) => alphabet.indexOf(symbol).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const stepNow = () => Math.floor(Date.now() / STEP);

/** The same page in the other language, looked at and left again. */
async function lookInBoth(page, name) {
  await look(page, `${name}-ja`);
  const address = new URL(page.url());
  for (const language of ["en", "ja"]) {
    address.searchParams.set("lang", language);
    await page.goto(address.href);
    if (language === "en") await look(page, `${name}-en`);
  }
}

async function signIn(page, password) {
  await page.goto(`${URL_BASE}/sign-in?next=/me`);
  await PERSON.enter(page, password);
  assert.notEqual(new URL(page.url()).pathname, "/sign-in");
}

/** The first sign-in: the suggested passphrase is used, and a second factor is offered. */
async function firstSignIn(page) {
  await signIn(page, PERSON.oneTime);
  await lookInBoth(page, "new-password");
  const suggestion = (await page.locator("#suggestion").textContent()).trim();
  await page.locator("kk-fill button").click();
  assert.equal(await page.inputValue("#new"), suggestion);
  assert.equal(await page.inputValue("#again"), suggestion);
  await page.fill("#current", PERSON.oneTime);
  await main(page).click();
  await page.waitForURL(at("/me/second-factor"));
  await lookInBoth(page, "offer");
  return suggestion;
}

/** What is dark in the picture, read from its path; enough to see that it is a QR code. */
async function pictureIsDrawn(page) {
  const picture = page.locator("svg.qr[role=img]");
  assert.ok((await picture.getAttribute("aria-label")).length > 3);
  const box = await picture.boundingBox();
  assert.ok(box.width > 150 && Math.abs(box.width - box.height) < 1, "a square that a camera can read");
  const drawn = await picture.evaluate((svg) => [getComputedStyle(svg).backgroundColor, getComputedStyle(svg.querySelector("path")).fill]);
  assert.deepEqual(drawn, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
}

async function enrol(page) {
  await main(page).click();
  await page.waitForURL(at("/me/second-factor/app"));
  await lookInBoth(page, "app");
  await pictureIsDrawn(page);
  await page.locator("details summary").click();
  await look(page, "app-typed");
  const secret = (await page.locator("#app-secret").textContent()).trim();
  await page.fill("#totp", "12 34");
  await main(page).click();
  await page.locator("#totp-error").waitFor();
  await look(page, "app-wrong");
  const step = stepNow();
  await page.fill("#totp", codeOf(secret, step));
  await main(page).click();
  await page.locator("ol#codes").waitFor();
  await look(page, "recovery-codes");
  const codes = await page.locator("ol#codes code").allTextContents();
  assert.equal(new Set(codes).size, 10);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("#recovery-sheet").isVisible() && !(await page.locator("ol#codes").isVisible()));
  await page.emulateMedia({ media: null });
  return { secret, codes, step };
}

async function leave(page) {
  await page.goto(`${URL_BASE}/me`);
  await page.locator("form[action='/sign-out'] button").first().click();
  await page.waitForURL(at("/sign-in"));
}

async function signInWithCode(page, password, { secret, step }) {
  await signIn(page, password);
  await page.waitForURL(at("/sign-in/second"));
  await lookInBoth(page, "second-step");
  await page.goto(`${URL_BASE}/transfers`);
  assert.equal(new URL(page.url()).pathname, "/sign-in/second", "nothing else opens before the second step");
  const { autocomplete, inputMode } = await page.locator("#totp").evaluate(({ autocomplete, inputMode }) => ({ autocomplete, inputMode }));
  assert.deepEqual([autocomplete, inputMode], ["one-time-code", "numeric"]);
  await page.fill("#totp", codeOf(secret, step));
  await main(page).click();
  await page.locator("#totp-error").waitFor();
  await look(page, "second-step-replay");
  // The step after the one that was used: phones may be half a minute ahead, so nobody has to wait for it here.
  await page.fill("#totp", codeOf(secret, step + 1));
  await main(page).click();
  await page.waitForURL(at("/transfers"));
}

async function signInWithRecoveryCode(page, password, codes) {
  for (const [code, works] of [[codes[0], true], [codes[0], false], [codes[1], true]]) {
    await signIn(page, password);
    await page.waitForURL(at("/sign-in/second"));
    await page.locator("details summary").click();
    await page.fill("#recovery", code.toUpperCase().replaceAll("-", " "));
    await page.locator("details form button").click();
    if (works) {
      await page.waitForURL(at("/me/second-factor"));
      await leave(page);
    } else {
      await page.locator("#recovery-error").waitFor();
      await look(page, "recovery-used");
    }
  }
}

async function story(browser) {
  const { context, page, complaints } = await windowOf(browser, "ja", "phone");
  const password = await firstSignIn(page);
  const enrolled = await enrol(page);
  await page.locator("main a.alone").click();
  await page.goto(`${URL_BASE}/me/second-factor`);
  await lookInBoth(page, "state");
  assert.equal(await page.locator("ol.codes").count(), 0, "recovery codes are shown once");
  await leave(page);
  await signInWithCode(page, password, enrolled);
  await leave(page);
  await signInWithRecoveryCode(page, password, enrolled.codes);
  quiet(complaints, REFUSED);
  await context.close();
}

await withBrowser(story);
