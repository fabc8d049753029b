// The other channel in a real browser: a number goes by SMS, once it does not and the page says so; an administrator tries
// the receivers of webhooks and reads what became of each post. Japanese on a phone, English at a desk.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked; SMS and two receivers are set up there
//   KAKITOME_ADMIN      where administrators connect, http://localhost:…
//   KAKITOME_EMAIL, KAKITOME_PASSWORD              a sender who has never signed in
//   KAKITOME_ADMINISTRATOR, KAKITOME_ADMINISTRATOR_PASSWORD  an administrator who has never signed in
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Prints the numbers that were sent by SMS, one a line. Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { Person, digits, draft, look, main, need, quiet, somebody, tick, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const ADMIN = need("KAKITOME_ADMIN");
const SENDER = somebody();
const ADMINISTRATOR = new Person(ADMIN, need("KAKITOME_ADMINISTRATOR"), need("KAKITOME_ADMINISTRATOR_PASSWORD"));
const WALKS = [["ja", "phone"], ["en", "desk"]];
const WORDS = {
  ja: { sent: "SMSを送りました（末尾", failed: "SMSを送れませんでした", again: "新しい番号をSMSで送る", taken: "テストが届きました", missed: "テストは届きませんでした" },
  en: { sent: "SMS sent (to …", failed: "The SMS was not sent", again: "Send a new number by SMS", taken: "The test arrived", missed: "The test did not arrive" },
};

/** What the page says of the message, and the number that it shows. */
async function texted(page, said, name) {
  await page.getByText(said).first().waitFor();
  await look(page, name);
  return digits(await page.locator("p.number").innerText());
}

async function sender(browser, language, size) {
  const words = WORDS[language];
  const { page, complaints } = await SENDER.at(browser, language, size);
  const recipient = { email: `suzuki@${language}.example`, name: "鈴木 一郎", language, channel: "sms", phone: "090-1234-5678" };
  const id = await draft(page, [recipient]);
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
  quiet(complaints);
  return numbers;
}

async function administrator(browser, language, size) {
  const words = WORDS[language];
  const { page, complaints } = await ADMINISTRATOR.at(browser, language, size);
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
  quiet(complaints);
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  await ADMINISTRATOR.firstSignIn(browser);
  for (const [language, size] of WALKS) {
    for (const number of await sender(browser, language, size)) console.log(number);
    await administrator(browser, language, size);
  }
});
