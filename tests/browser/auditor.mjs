// An auditor's question, asked in both languages and on a phone: was it fetched, by whom, is it gone, prove it.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked; a transfer was collected there
//   KAKITOME_EMAIL, KAKITOME_PASSWORD  an auditor who has never signed in
//   KAKITOME_DOWNLOADS  directory for what is downloaded: certificate-ja.json, certificate-en.json
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fetched, look, need, quiet, somebody, withBrowser } from "./stage.mjs";

const base = need("KAKITOME_URL");
const auditor = somebody();
const downloads = need("KAKITOME_DOWNLOADS");

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
  const download = await fetched(page, page.locator("a[href$='/certificate.json']"));
  await download.saveAs(join(downloads, `certificate-${language}.json`));
  return Date.now() - begun;
}

await withBrowser(async (browser) => {
  await auditor.firstSignIn(browser);
  const { page: wide, ...desk } = await auditor.at(browser, "ja", "desk");
  console.log(`ja, 1280 px: ${await answered(wide, "ja")} ms`);
  for (const path of ["/audit/totals", "/audit/log", "/audit/copies", "/audit/exports", "/audit/certificates"]) {
    await wide.goto(`${base}${path}`);
    await look(wide, path.split("/").pop());
  }
  await desk.context.close();
  const { page: phone, ...pocket } = await auditor.at(browser, "en", "phone");
  console.log(`en, 390 px: ${await answered(phone, "en")} ms`);
  await phone.goto(`${base}/audit`);
  await phone.locator("table.audit tbody th a").first().click();
  await phone.waitForURL("**/audit/events/**");
  await look(phone, "event-en");
  await pocket.context.close();
  quiet([...desk.complaints, ...pocket.complaints]);
});
