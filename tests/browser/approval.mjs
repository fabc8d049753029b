// A second person approves: the sender sends and reads that it waits, the approver opens the file and approves, the mail
// leaves. Then the hold: counted down, and not waited for. Japanese on a phone, English at a desk.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked; everything is approved there and held
//   KAKITOME_MAILDIR    the maildir that it writes mails to
//   KAKITOME_EMAIL, KAKITOME_PASSWORD        a sender who has never signed in
//   KAKITOME_APPROVER, KAKITOME_APPROVER_PASSWORD  an approver who has never signed in
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { newestOffer } from "./mail.mjs";
import { Person, draft, fetched, look, main, need, quiet, somebody, tick, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
const APPROVER = new Person(URL_BASE, need("KAKITOME_APPROVER"), need("KAKITOME_APPROVER_PASSWORD"));
const WALKS = [["ja", "phone"], ["en", "desk"]];
const CONTENT = "what was entrusted";
const WORDS = {
  ja: { waits: "承認を待っています", works: "承認後のメールが届いてから使えます", held: "に送ります", left: "あと ", now: "いますぐ送る", done: "承認しました", first: "初めての宛先です" },
  en: { waits: "Waiting for approval", works: "works once that mail has arrived", held: "The mail leaves at", left: " left)", now: "Send now", done: "Approved", first: "First time" },
};

/** How many mails there are to `address`. */
async function mailsTo(address) {
  const folder = join(need("KAKITOME_MAILDIR"), "new");
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return mails.filter((mail) => mail.split(/\r?\n\r?\n/, 1)[0].includes(`To: `) && mail.includes(address)).length;
}

async function walk(browser, language, size) {
  const words = WORDS[language];
  const windows = [await SENDER.at(browser, language, size), await APPROVER.at(browser, language, size)];
  const [sender, approver] = windows.map(({ page }) => page);
  await approver.goto(`${URL_BASE}/approvals`);
  await look(approver, `${language}-none-waits`);

  const address = `suzuki@${language}.example`;
  const recipient = { email: address, name: "鈴木 一郎", language: "ja", phone: "03-9876-5432" };
  const setup = { message: "決算書をお送りします。" };
  const id = await draft(sender, [recipient], { setup, name: "決算書_2026年度.pdf", content: CONTENT });
  await sender.goto(`${URL_BASE}/send/${id}/check`);
  await look(sender, `${language}-check`);
  await tick(sender);
  await main(sender).click();
  await sender.waitForSelector(".number");
  assert.ok((await sender.innerText("main")).includes(words.waits));
  assert.ok((await sender.innerText("main")).includes(words.works));
  await look(sender, `${language}-sent-waits`);
  assert.equal(await mailsTo(address), 0, "nothing has left");

  await approver.goto(`${URL_BASE}/approvals`);
  await look(approver, `${language}-one-waits`);
  await approver.click(`main a[href='/approvals/${id}']`);
  await approver.waitForURL(`**/approvals/${id}`);
  assert.ok((await approver.innerText("main")).includes(words.first));
  await look(approver, `${language}-asked`);
  const download = await fetched(approver, approver.locator("main a[download]"));
  assert.equal(await readFile(await download.path(), "utf8"), CONTENT);
  await main(approver).click();
  await approver.waitForURL("**/approvals?done=approved");
  assert.ok((await approver.innerText("main")).includes(words.done));
  await look(approver, `${language}-approved`);

  // Then it is held, and the sender does not wait.
  await sender.goto(`${URL_BASE}/transfers/${id}`);
  const held = sender.locator("#waits-held");
  assert.ok((await held.innerText()).includes(words.held));
  await sender.waitForFunction((left) => document.querySelector("kk-countdown")?.textContent?.includes(left), words.left);
  await look(sender, `${language}-held`);
  await held.getByRole("button", { name: words.now }).click();
  await sender.waitForURL("**?done=released");
  await newestOffer(need("KAKITOME_MAILDIR"), address);
  await sender.reload();
  await look(sender, `${language}-left`);

  // One more, looked at twice; and a corrected address.
  await sender.goto(`${URL_BASE}/transfers/${id}/recipients`);
  await look(sender, `${language}-add`);
  await sender.fill("#email", `oka-${language}@gmail.com`);
  await main(sender).click();
  await sender.waitForSelector("#confirmed");
  await look(sender, `${language}-add-flagged`);
  await sender.check("#confirmed");
  await main(sender).click();
  await sender.waitForSelector(".number");
  await look(sender, `${language}-added`);
  // The browser says of a refused form that it was refused.
  for (const { context, complaints } of windows) {
    quiet(complaints, /status of (409|422)/);
    await context.close();
  }
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  await APPROVER.firstSignIn(browser);
  for (const [language, size] of WALKS) await walk(browser, language, size);
});
