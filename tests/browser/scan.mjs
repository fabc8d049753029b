// What mail gateways do with a link before its reader has it: a browser that runs scripts opens it and presses every button.
//
//   KAKITOME_URL, KAKITOME_ID, KAKITOME_CODE   the link
//   KAKITOME_SCANS      how many browsers come
//   KAKITOME_CHROMIUM   browser; Debian's chromium-headless-shell without it
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const LINK = `${need("KAKITOME_URL")}/r/${need("KAKITOME_ID")}#${need("KAKITOME_CODE")}`;

const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

/** Presses the buttons one after the other, whatever page each of them leads to. */
async function pressEverything(page) {
  for (let place = 0; place < (await page.locator("button, summary").count()); place += 1) {
    const button = page.locator("button, summary").nth(place);
    const navigates = (await button.evaluate((element) => element.tagName)) === "BUTTON";
    await Promise.all([navigates && page.waitForEvent("load"), button.click()]);
  }
}

async function scan() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(LINK);
  await page.waitForSelector("#number");
  await pressEverything(page);
  assert.equal(await page.locator("#number").count(), 1, "still asks for the number");
  await context.close();
}

try {
  for (let scans = Number(need("KAKITOME_SCANS")); scans > 0; scans -= 1) await scan();
} finally {
  await browser.close();
}
