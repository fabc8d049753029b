// The other channel in a real browser: a number goes by SMS, once it does not and the page says so; an administrator tries
// the receivers of webhooks and reads what became of each post. Japanese on a phone, English at a desk.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked; SMS and two receivers are set up there
//   KAKITOME_ADMIN      where administrators connect, http://localhost:…
//   KAKITOME_EMAIL, KAKITOME_PASSWORD              a sender who has never signed in
//   KAKITOME_ADMINISTRATOR, KAKITOME_ADMINISTRATOR_PASSWORD  an administrator who has never signed in
//   KAKITOME_SHOTS      directory for screenshots; none without it
//   KAKITOME_CHROMIUM   browser; Debian's chromium-headless-shell without it
//
// Prints the numbers that were sent by SMS, one a line. Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { tick } from "./tick.mjs";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const URL_BASE = need("KAKITOME_URL");
const ADMIN = need("KAKITOME_ADMIN");
const SHOTS = process.env.KAKITOME_SHOTS;
const PASSWORD = `a long sentence ${randomBytes(8).toString("hex")}`;
const WALKS = [["ja", { width: 390, height: 844 }], ["en", { width: 1280, height: 900 }]];
const WORDS = {
  ja: { sent: "SMSを送りました（末尾", failed: "SMSを送れませんでした", again: "新しい番号をSMSで送る", taken: "テストが届きました", missed: "テストは届きませんでした" },
  en: { sent: "SMS sent (to …", failed: "The SMS was not sent", again: "Send a new number by SMS", taken: "The test arrived", missed: "The test did not arrive" },
};

const main = (page) => page.locator("main button.main");
const digits = (text) => text.replace(/\D/g, "");

let shots = 0;
async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
  assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
  if (!SHOTS) return;
  shots += 1;
  await page.screenshot({ path: join(SHOTS, `${String(shots).padStart(2, "0")}-${name}.png`), fullPage: true });
}

async function firstSignIn(browser, base, email, oneTime) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", oneTime);
  await main(page).click();
  await page.waitForURL("**/me/password**");
  await page.fill("#current", oneTime);
  await page.fill("#new", PASSWORD);
  await page.fill("#again", PASSWORD);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/me/password"));
  await context.close();
}

/** Somebody at a browser of his own, signed in; complaints of the browser are kept. */
async function desk(browser, base, email, language, viewport, complaints) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, viewport });
  await context.addCookies([{ name: "lang", value: language, url: base }]);
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${base}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return page;
}

/** A draft for one recipient by SMS, made by the interface: how it is composed is another story. */
async function draft(page, language) {
  await page.goto(`${URL_BASE}/send/new`);
  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  return page.evaluate(async ({ csrf, language }) => {
    const post = async (path, body, headers = { "Content-Type": "application/json" }) => {
      const answer = await fetch(`/api/v1${path}`, { method: "POST", body, headers: { "X-CSRF-Token": csrf, ...headers } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    const { id } = await (await post("/transfers", "{}")).json();
    const recipient = { email: `suzuki@${language}.example`, name: "鈴木 一郎", language, channel: "sms", phone: "090-1234-5678" };
    await post(`/transfers/${id}/recipients`, JSON.stringify(recipient));
    const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
    const created = await post("/uploads", null, {
      "Tus-Resumable": "1.0.0",
      "Upload-Length": "7",
      "Upload-Metadata": `transfer ${encoded(id)},filename ${encoded("決算書.pdf")}`,
    });
    const patched = await fetch(created.headers.get("Location"), {
      method: "PATCH",
      body: "content",
      headers: { "X-CSRF-Token": csrf, "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
    });
    if (!patched.ok) throw new Error(`upload: ${patched.status}`);
    return id;
  }, { csrf, language });
}

/** What the page says of the message, and the number that it shows. */
async function texted(page, said, name) {
  await page.getByText(said).first().waitFor();
  await look(page, name);
  return digits(await page.locator("p.number").innerText());
}

async function sender(browser, language, viewport, complaints) {
  const words = WORDS[language];
  const page = await desk(browser, URL_BASE, need("KAKITOME_EMAIL"), language, viewport, complaints);
  const id = await draft(page, language);
  await page.goto(`${URL_BASE}/send/${id}/check`);
  await look(page, `${language}-check`);
  await tick(page);
  await Promise.all([page.waitForURL(`**/send/${id}/send`), main(page).click()]);
  // The provider takes every message but the second.
  const isTaken = language === "ja";
  const numbers = [await texted(page, isTaken ? words.sent : words.failed, `${language}-first`)];
  const again = page.getByRole("button", { name: words.again });
  assert.equal(await again.count(), isTaken ? 0 : 1, "what has arrived need not be sent again");
  if (!isTaken) {
    await Promise.all([page.waitForEvent("load"), again.click()]);
    numbers.push(await texted(page, words.sent, `${language}-again`));
    assert.notEqual(numbers[0], numbers[1], "an SMS carries a number of its own");
  }
  await page.goto(`${URL_BASE}/transfers/${id}`);
  await look(page, `${language}-transfer`);
  return numbers;
}

async function administrator(browser, language, viewport, complaints) {
  const words = WORDS[language];
  const page = await desk(browser, ADMIN, need("KAKITOME_ADMINISTRATOR"), language, viewport, complaints);
  await page.goto(`${ADMIN}/admin`);
  await page.click("main a[href='/admin/webhooks']");
  await page.waitForURL("**/admin/webhooks");
  await look(page, `${language}-receivers`);
  for (const [name, said] of [["crm", words.taken], ["broken", words.missed]]) {
    await Promise.all([page.waitForEvent("load"), page.click(`#test-${name}`)]);
    const card = page.locator(`section[aria-labelledby=hook-${name}]`);
    await card.getByText(said).waitFor();
    assert.ok((await card.locator("tbody tr").count()) > 1, "what was told of transfers stands there too");
    await look(page, `${language}-tried-${name}`);
  }
}

if (SHOTS) await mkdir(SHOTS, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await firstSignIn(browser, URL_BASE, need("KAKITOME_EMAIL"), need("KAKITOME_PASSWORD"));
  await firstSignIn(browser, ADMIN, need("KAKITOME_ADMINISTRATOR"), need("KAKITOME_ADMINISTRATOR_PASSWORD"));
  const complaints = [];
  for (const [language, viewport] of WALKS) {
    for (const number of await sender(browser, language, viewport, complaints)) console.log(number);
    await administrator(browser, language, viewport, complaints);
  }
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
