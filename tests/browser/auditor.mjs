// An auditor's question, asked in both languages and on a phone: was it fetched, by whom, is it gone, prove it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { desk, firstSignIn, launch, look, need } from "./steps.mjs";

const base = need("KAKITOME_URL");
const email = need("KAKITOME_EMAIL");
const downloads = need("KAKITOME_DOWNLOADS");
const complaints = [];

/** From the first page to the proof in hand; says how long that took. */
async function answered(page, language) {
  const begun = Date.now();
  await page.goto(`${base}/audit`);
  await look(page, `audit-${language}`);
  await page.fill("#recipient", "aozora");
  await page.locator("#kind").selectOption("retrieved");
  await page.locator("main form.filter button.main").click();
  await page.waitForURL("**/audit?**");
  assert.match(await page.locator("main [role=status]").innerText(), /1/);
  await look(page, `found-${language}`);
  await page.locator("table.audit tbody a[href^='/audit/transfers/']").first().click();
  await page.waitForURL("**/audit/transfers/**");
  const told = await page.locator("main").innerText();
  for (const part of ["aozora.example", "127.0.0.1"]) assert.ok(told.includes(part), `${language}: ${part} is not told`);
  await look(page, `transfer-${language}`);
  await page.locator("a[href$='/certificate']").click();
  await page.waitForURL("**/certificate");
  await look(page, `certificate-${language}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("a[href$='/certificate.json']").click(),
  ]);
  await download.saveAs(join(downloads, `certificate-${language}.json`));
  return Date.now() - begun;
}

const browser = await launch();
try {
  await firstSignIn(browser, base, email, need("KAKITOME_PASSWORD"));
  const wide = await desk(browser, base, email, "ja", { width: 1280, height: 900 }, complaints);
  console.log(`ja, 1280 px: ${await answered(wide, "ja")} ms`);
  for (const path of ["/audit/totals", "/audit/log", "/audit/copies", "/audit/exports", "/audit/certificates"]) {
    await wide.goto(`${base}${path}`);
    await look(wide, path.split("/").pop());
  }
  await wide.context().close();
  const phone = await desk(browser, base, email, "en", { width: 390, height: 800 }, complaints);
  console.log(`en, 390 px: ${await answered(phone, "en")} ms`);
  await phone.goto(`${base}/audit`);
  await phone.locator("table.audit tbody th a").first().click();
  await phone.waitForURL("**/audit/events/**");
  await look(phone, "event-en");
  await phone.context().close();
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
