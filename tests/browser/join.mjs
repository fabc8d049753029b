// Somebody who was invited follows the link of the mail on a phone, sets a password and signs in.
//
//   KAKITOME_URL, KAKITOME_MAILDIR  the gateway, and where its mails go
//   KAKITOME_EMAIL, KAKITOME_LANGUAGE  who was invited, in which language
//   KAKITOME_SHOTS  a directory for pictures of every step, if they are wanted
//   KAKITOME_CHROMIUM  the browser, if not Debian's
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { invitation } from "./mail.mjs";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const EMAIL = need("KAKITOME_EMAIL");
const LANGUAGE = need("KAKITOME_LANGUAGE");
const PASSWORD = `a long sentence ${randomBytes(8).toString("hex")}`;

const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: LANGUAGE === "ja" ? "ja-JP" : "en-GB",
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const step = async (name) => {
    const { wide, lang } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      lang: document.documentElement.lang,
    }));
    assert.ok(wide <= 390, `${name}: ${wide} pixels wide`);
    assert.equal(lang, LANGUAGE, name);
    if (process.env.KAKITOME_SHOTS) {
      await page.screenshot({ path: join(process.env.KAKITOME_SHOTS, `${name}-${LANGUAGE}.png`), fullPage: true });
    }
  };

  const link = await invitation(need("KAKITOME_MAILDIR"), EMAIL);
  const code = link.split("#")[1];
  await page.goto(link.split("#")[0]);
  await step("join-code");
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#new");
  await step("join-password");
  assert.ok((await page.locator("dl.facts").innerText()).includes(EMAIL));
  assert.ok(!page.url().includes(code), "the secret left the address");

  await page.fill("#new", "short");
  await page.fill("#again", "short");
  await Promise.all([page.waitForEvent("load"), page.click("button.main")]);
  assert.equal(await page.locator("#new-error").count(), 1);
  await step("join-refused");
  await page.fill("#new", PASSWORD);
  await page.fill("#again", PASSWORD);
  await Promise.all([page.waitForURL("**/sign-in?done=joined"), page.click("button.main")]);
  await step("join-done");

  await page.fill("#email", EMAIL);
  await page.fill("#password", PASSWORD);
  await Promise.all([page.waitForEvent("load"), page.click("form[action='/sign-in'] button.main")]);
  assert.ok(!page.url().includes("/sign-in"), page.url());
  await step("join-first");

  // The link is used up: whoever finds it later learns nothing.
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#errors");
  assert.ok(!(await page.locator("main").innerText()).includes(EMAIL));
  await step("join-over");
  assert.ok(!asked.some((url) => url.includes(code)), "the secret stood in no address that a server saw");
} finally {
  await browser.close();
}
