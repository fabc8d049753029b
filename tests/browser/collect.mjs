// A recipient's way with scripts, on a phone: the link in every shape that mail systems give it, wrong numbers, a line that
// breaks in mid-download, a second tab, the back button, and the end.
//
//   KAKITOME_URL        where the browser goes: the line, which this script can cut
//   KAKITOME_LINE       port of that line
//   KAKITOME_SERVER     port of the gateway behind it
//   KAKITOME_ID, KAKITOME_CODE, KAKITOME_NUMBER   what the recipient was sent and told
//   KAKITOME_DIGESTS    SHA-256 of the files in order, hexadecimal, with commas between: a small one, then a large one
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import https from "node:https";
import { Line } from "./line.mjs";
import { REFUSED, digest, fetched, look as lookAt, main, need, press, quiet, windowOf, withBrowser, wrongNumber } from "./stage.mjs";

const BASE = need("KAKITOME_URL");
const ID = need("KAKITOME_ID");
const CODE = need("KAKITOME_CODE");
const NUMBER = need("KAKITOME_NUMBER");
const DIGESTS = need("KAKITOME_DIGESTS").split(",");

const line = new Line();
const phone = (browser, more = {}) => windowOf(browser, "ja", "phone", { isMobile: true, hasTouch: true, ...more });

async function look(page, name) {
  assert.ok(!page.url().includes(CODE), `${name}: the secret does not stay in the address`);
  await lookAt(page, name);
}

/** Whatever mail systems make of the link, it leads to the question for the number, or says what is missing. */
async function damagedLinks(browser) {
  const { context: own, page, complaints } = await phone(browser);
  for (const tail of [`#${CODE}`, `%23${CODE}`, `%2523${CODE}`, `#${CODE}%3E`, `#${CODE.toUpperCase()}.`, `#${CODE}?utm_source=mail`]) {
    await page.goto("about:blank");
    await page.goto(`${BASE}/r/${ID}${tail}`);
    await page.waitForSelector("#number");
    await look(page, "link");
  }
  await page.goto("about:blank");
  await page.goto(`${BASE}/r/${ID}#${CODE.slice(0, 20)}`);
  await page.waitForSelector("#errors");
  assert.match(await page.locator("#secret-error").innerText(), /途中で切れています（いま20文字、全部で34文字です）/);
  assert.equal(await page.inputValue("#secret"), CODE.slice(0, 20), "what was found of it stands in the field");
  await look(page, "cut-off");
  await page.fill("#secret", CODE);
  assert.equal(await press(page, main(page)), 200);
  await page.waitForSelector("#number");
  quiet(complaints, REFUSED);
  await own.close();

  const { context: plain, page: bare } = await phone(browser, { javaScriptEnabled: false });
  await bare.goto(`${BASE}/r/${ID}%23${CODE}`);
  assert.equal(await bare.inputValue("#secret"), CODE, "without scripts the torn code stands in the field");
  assert.equal(await press(bare, main(bare)), 200);
  assert.equal(await bare.locator("#number").count(), 1);
  await plain.close();
}

/** The field groups what is typed at its end, and leaves everything else alone. */
async function theField(page) {
  const field = page.locator("#number");
  await field.pressSequentially(NUMBER.slice(0, 9));
  assert.equal(await field.inputValue(), NUMBER.slice(0, 9).replace(/(\d{4})(?=\d)/g, "$1 "));
  await page.keyboard.press("Home");
  await page.keyboard.press("Delete");
  const caret = await field.evaluate((input) => input.selectionStart);
  assert.equal(caret, 0, "a correction at the start leaves the caret there");
  await field.fill("");
  await page.keyboard.insertText(NUMBER.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))));
  assert.equal(await field.inputValue(), NUMBER.replace(/(\d{4})(?=\d)/g, "$1 "), "full width, at once");
  await field.fill("");
}

async function wrongNumbers(page) {
  const slip = NUMBER.slice(0, 11) + ((Number(NUMBER[11]) + 1) % 10);
  for (const [typed, said] of [
    ["", /受取番号を入力してください/],
    [NUMBER.slice(0, 11), /12桁で入力してください（いま11桁です）/],
    [slip, /打ち間違いがあるようです/],
    [wrongNumber(NUMBER), /番号が一致しません。あと9回入力できます/],
  ]) {
    await page.fill("#number", typed);
    assert.equal(await press(page, main(page)), 422);
    assert.match(await page.locator("#number-error").innerText(), said);
    assert.equal((await page.inputValue("#number")).replace(/\D/g, ""), typed, "what was typed is kept");
    if (typed.length === 11) {
      await page.goBack();
      await page.waitForFunction(() => location.pathname.endsWith("/look") && document.getElementById("number"));
      continue;
    }
    // The browser gives the focus with its next frame.
    await page.waitForFunction(() => document.activeElement?.id === "errors", undefined, { timeout: 5_000 });
  }
  await look(page, "wrong");
}

/** Says what the downloads' states are, without a reload. */
const state = (page, number, text) => page.waitForFunction(([id, text]) => document.getElementById(id)?.textContent.includes(text), [`state-${number}`, text], { timeout: 20_000 });

async function downloads(page) {
  await page.evaluate(() => { window.untouched = true; });
  const get = (number) => fetched(page, page.locator(`#get-${number}`));
  const small = await get(1);
  assert.equal(digest(await readFile(await small.path())), DIGESTS[0]);
  await state(page, 1, "受け取り済み");
  await look(page, "one-collected");

  line.breakAfter(2_000_000);
  const broken = await get(2);
  assert.ok(await broken.failure(), "the line broke in mid-download");
  await state(page, 2, "続きから再開できます");
  await look(page, "interrupted");
  const whole = await get(2);
  assert.equal(digest(await readFile(await whole.path())), DIGESTS[1], "what was sent is what arrived");
  await state(page, 2, "受け取り済み");
  await page.waitForSelector("form.done button");
  assert.match(await page.locator("h1").innerText(), /すべて受け取りました/);
  assert.ok(await page.evaluate(() => window.untouched), "without a reload");
  await look(page, "all-collected");
}

/** As download programs do: what is missing is asked for by its range, on a new connection. */
async function byRange(context) {
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const get = (headers, stopAfter) => new Promise((resolve, reject) => {
    const request = https.get(`${BASE}/r/${ID}/files/2`, { rejectUnauthorized: false, agent: false, headers: { Cookie: cookies, ...headers } }, (answer) => {
      const parts = [];
      let length = 0;
      const done = () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) });
      answer.on("data", (part) => {
        parts.push(part);
        length += part.length;
        if (length >= stopAfter) {
          answer.destroy();
          done();
        }
      }).on("end", done).on("error", () => {});
    }).on("error", reject);
  });
  const first = await get({}, 1_000_000);
  const rest = await get({ Range: `bytes=${first.bytes.length}-`, "If-Range": first.headers.etag }, Infinity);
  assert.equal(rest.status, 206);
  assert.equal(digest(Buffer.concat([first.bytes, rest.bytes])), DIGESTS[1], "two halves are the whole");
}

async function collects(browser) {
  const { context: own, page, complaints } = await phone(browser);
  await page.goto(`${BASE}/r/${ID}#${CODE}`);
  await page.waitForSelector("#number");
  await look(page, "locked");
  await theField(page);
  await wrongNumbers(page);
  await page.fill("#number", NUMBER);
  assert.equal(await press(page, main(page)), 200);
  assert.ok(page.url().endsWith(`/r/${ID}/files`));
  await look(page, "files");
  await page.goBack();
  await page.waitForSelector("#get-1");
  assert.ok(page.url().endsWith(`/r/${ID}/files`), "back does not ask whether to send the number again");

  const second = await own.newPage();
  await second.goto(`${BASE}/r/${ID}#${CODE}`);
  await second.waitForSelector("#get-1");
  await second.close();
  const { page: stranger } = await phone(browser);
  await stranger.goto(`${BASE}/r/${ID}#${CODE}`);
  await stranger.waitForSelector("#number");
  await stranger.fill("#number", NUMBER);
  assert.equal(await press(stranger, main(stranger)), 409);
  await look(stranger, "elsewhere");
  await stranger.context().close();

  await downloads(page);
  await byRange(own);
  assert.equal(await press(page, page.locator("form.done button")), 200);
  await look(page, "closed");
  const call = page.locator(".call a");
  assert.equal(await call.getAttribute("href"), "tel:03-1234-5678");
  assert.ok((await call.boundingBox()).height >= 44);
  quiet(complaints, REFUSED);
}

await withBrowser(async (browser) => {
  await damagedLinks(browser);
  await collects(browser);
}).finally(() => line.close());
