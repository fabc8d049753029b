// The administrators' listener in a real browser, over plain HTTP on this machine: signing in, the pages, signing out. The
// cookies of `__Host-` are kept there too, and forms come from where they may.
//
//   KAKITOME_ADMIN  where administrators connect, http://localhost:…
//   KAKITOME_EMAIL, KAKITOME_PASSWORD  an administrator who has never signed in
//   KAKITOME_CHROMIUM  the browser, if not Debian's
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chromium } from "playwright-core";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const ADMIN = need("KAKITOME_ADMIN");
const PASSWORD = `a long sentence ${randomBytes(8).toString("hex")}`;

const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const page = await (await browser.newContext({ locale: "ja-JP" })).newPage();
  const heading = async (text) => assert.equal((await page.locator("h1").innerText()).trim(), text);
  const press = async () => {
    await Promise.all([page.waitForEvent("load"), page.click("button.main")]);
  };

  assert.equal((await page.goto(`${ADMIN}/admin`)).status(), 401);
  await page.fill("#email", need("KAKITOME_EMAIL"));
  await page.fill("#password", need("KAKITOME_PASSWORD"));
  await press();
  assert.ok(page.url().endsWith("/me/password"), page.url());
  await page.fill("#current", need("KAKITOME_PASSWORD"));
  await page.fill("#new", PASSWORD);
  await page.fill("#again", PASSWORD);
  await press();

  assert.equal((await page.goto(`${ADMIN}/`)).status(), 200);
  assert.ok(page.url().endsWith("/admin"), page.url());
  await heading("管理");
  assert.equal(await page.locator("nav a[href='/send'], nav a[href='/me']").count(), 0, "nothing that is not here");
  await page.click("main a[href='/admin/sign-in']");
  await page.waitForURL("**/admin/sign-in");
  assert.equal(await page.locator("nav a[aria-current]").count(), 1);
  await Promise.all([page.waitForEvent("load"), page.click("form[action='/sign-out'] button")]);
  assert.equal((await page.goto(`${ADMIN}/admin`)).status(), 401);
} finally {
  await browser.close();
}
