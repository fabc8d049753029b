// Somebody who was invited follows the link of the mail on a phone, sets a password and signs in.
//
//   KAKITOME_URL, KAKITOME_MAILDIR  the gateway, and where its mails go
//   KAKITOME_EMAIL, KAKITOME_LANGUAGE  who was invited, in which language
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { invitation } from "./mail.mjs";
import { Person, REFUSED, look, main, need, press, quiet, windowOf, withBrowser } from "./stage.mjs";

const EMAIL = need("KAKITOME_EMAIL");
const LANGUAGE = need("KAKITOME_LANGUAGE");
/** Who was invited has no one-time password. */
const INVITED = new Person(need("KAKITOME_URL"), EMAIL, undefined);

await withBrowser(async (browser) => {
  const { page, complaints } = await windowOf(browser, LANGUAGE === "ja" ? "ja-JP" : "en-GB", "phone");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const step = async (name) => {
    await look(page, `${LANGUAGE}-${name}`);
    assert.equal(await page.locator("html").getAttribute("lang"), LANGUAGE, name);
  };

  const link = await invitation(need("KAKITOME_MAILDIR"), EMAIL);
  const code = link.split("#")[1];
  await page.goto(link.split("#")[0]);
  await step("code");
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#new");
  await step("password");
  assert.ok((await page.locator("dl.facts").innerText()).includes(EMAIL));
  assert.ok(!page.url().includes(code), "the secret left the address");

  await page.fill("#new", "short");
  await page.fill("#again", "short");
  assert.equal(await press(page), 422);
  assert.equal(await page.locator("#new-error").count(), 1);
  await step("refused");
  await page.fill("#new", INVITED.password);
  await page.fill("#again", INVITED.password);
  await Promise.all([page.waitForURL("**/sign-in?done=joined"), main(page).click()]);
  await step("done");

  await INVITED.enter(page);
  assert.ok(!page.url().includes("/sign-in"), page.url());
  await step("first");

  // The link is used up: whoever finds it later learns nothing.
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#errors");
  assert.ok(!(await page.locator("main").innerText()).includes(EMAIL));
  await step("over");
  assert.ok(!asked.some((url) => url.includes(code)), "the secret stood in no address that a server saw");
  quiet(complaints, REFUSED);
});
