// What mail gateways do with a link before its reader has it: a browser that runs scripts opens it and presses every button.
//
//   KAKITOME_URL, KAKITOME_ID, KAKITOME_CODE   the link
//   KAKITOME_SCANS      how many browsers come
//   KAKITOME_CHROMIUM   as for stage.mjs
import assert from "node:assert/strict";
import { need, windowOf, withBrowser } from "./stage.mjs";

const LINK = `${need("KAKITOME_URL")}/r/${need("KAKITOME_ID")}#${need("KAKITOME_CODE")}`;

/** Presses the buttons one after the other, whatever page each of them leads to. */
async function pressEverything(page) {
  for (let place = 0; place < (await page.locator("button, summary").count()); place += 1) {
    const button = page.locator("button, summary").nth(place);
    const navigates = (await button.evaluate((element) => element.tagName)) === "BUTTON";
    await Promise.all([navigates && page.waitForEvent("load"), button.click()]);
  }
}

async function scan(browser) {
  const { context, page } = await windowOf(browser, "en", "desk");
  await page.goto(LINK);
  await page.waitForSelector("#number");
  await pressEverything(page);
  assert.equal(await page.locator("#number").count(), 1, "still asks for the number");
  await context.close();
}

await withBrowser(async (browser) => {
  for (let scans = Number(need("KAKITOME_SCANS")); scans > 0; scans -= 1) await scan(browser);
});
