// A sender's desk with scripts: send, copy, print, tell, be warned, find in the list, and see the recipient collect without
// reloading. Japanese at a desk, English on a phone.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked
//   KAKITOME_MAILDIR    the maildir that it writes mails to
//   KAKITOME_EMAIL      an account that may send
//   KAKITOME_PASSWORD   its one-time password
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { newestOffer } from "./mail.mjs";
import { digits, draft, fetched, look, main, need, quiet, somebody, tick, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
const WALKS = [["ja", "desk"], ["en", "phone"]];
const WORDS = {
  ja: { collected: "受け取り済み", copied: "コピーしました", told: "番号を伝えた日時：", untold: "にはまだ伝えていません。", already: "番号は表示済みです" },
  en: { collected: "Collected", copied: "Copied", told: "Number told:", untold: "has not been told yet.", already: "The number was already shown" },
};

/** Every request's address and body. */
function watch(page) {
  const requests = [];
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`));
  return requests;
}

async function send(page, id) {
  await page.goto(`${URL_BASE}/send/${id}/check`);
  await tick(page);
  await Promise.all([page.waitForURL(`**/send/${id}/send`), main(page).click()]);
  assert.equal(await page.locator("p.number").count(), 2);
  return Promise.all((await page.locator("p.number").all()).map(async (one) => digits(await one.innerText())));
}

/** Copy, script, print, tell; nothing of it carries a number. */
async function handOver(page, words, requests, numbers) {
  const [first, second] = await page.locator("kk-handover").all();
  const copied = page.waitForResponse((answer) => answer.url().endsWith("/copied"));
  await first.locator("kk-copy button").click();
  assert.equal((await copied).status(), 204);
  assert.equal(digits(await page.evaluate(() => navigator.clipboard.readText())), numbers[0]);
  await first.getByText(words.copied).waitFor();
  await first.locator("summary").click();
  const reading = (await first.locator(".reading li").allInnerTexts())[0];
  assert.ok((await first.locator("details p").innerText()).includes(reading), "the script reads this very number");

  await page.evaluate(() => {
    window.print = () => {
      window.printed = [...document.querySelectorAll(".sheets")].filter((sheet) => !sheet.hidden).length;
      dispatchEvent(new Event("beforeprint"));
      dispatchEvent(new Event("afterprint"));
    };
  });
  const printed = page.waitForResponse((answer) => answer.url().endsWith("/printed"));
  await second.locator("kk-print button").click();
  assert.equal((await printed).status(), 204);
  assert.equal(await page.evaluate(() => window.printed), 1, "one sheet for one recipient");
  assert.equal(requests.filter((request) => request.includes("/printed")).length, 1);

  assert.equal(await page.locator("form[data-ticks]").isVisible(), false, "cards have their own buttons");
  await first.locator("[data-told] button").click();
  await first.getByText(words.told).waitFor();
  assert.match(await first.locator(".told").innerText(), /\d\d:\d\d$/);
  await look(page, "sent-one-told");
}

/** Leaving with an untold number is asked about in our words; then the other is told, and nothing holds. */
async function leave(page, words) {
  await page.locator("a[href='/transfers']").last().click();
  const dialog = page.locator("dialog[open]");
  assert.equal(await dialog.isVisible(), true);
  assert.equal(await dialog.locator("[data-untold]").count(), 1);
  assert.ok((await dialog.innerText()).includes(words.untold));
  await look(page, "sent-leave");
  await dialog.locator("[data-stay]").click();
  assert.equal(await dialog.isVisible(), false);
  await page.locator("[data-told] button").click();
  await page.locator(".told").nth(1).waitFor();
  await Promise.all([page.waitForURL("**/transfers"), page.locator("a[href='/transfers']").last().click()]);
}

/**
 * The back button leads to the answer of a form that is stored nowhere: browsers ask before they post again, this one shows
 * an error of its own. Asked for by its address, the page has no numbers any more and says what can be done.
 */
async function back(page, id, words, numbers) {
  await page.goBack().catch(async (error) => {
    assert.match(String(error), /ERR_CACHE_MISS/);
    await page.waitForURL(/^chrome-error:/);
  });
  assert.equal(await page.locator("p.number").count(), 0, "no number comes back out of a cache");
  await page.goto(`${URL_BASE}/send/${id}/sent`);
  const text = await page.locator("main").innerText();
  assert.ok(text.includes(words.already));
  assert.ok(numbers.every((number) => !digits(text).includes(number)), "a number is shown once");
  await look(page, "sent-shown");
}

async function list(page, id, name) {
  await page.goto(`${URL_BASE}/transfers`);
  await look(page, "list");
  await page.fill("#q", `${name.toUpperCase()}-2`);
  await page.selectOption("#state", "waiting");
  await page.selectOption("#period", "7");
  await page.locator(".filter button").click();
  await page.waitForURL("**/transfers?**");
  assert.equal(await page.locator("tbody th[scope=row] a").count(), 1);
  assert.ok(page.url().includes("state=waiting") && page.url().includes("period=7"), "the filter stands in the address");
  await page.reload();
  assert.equal(await page.inputValue("#q"), `${name.toUpperCase()}-2`);
  await look(page, "list-filtered");
  await page.goto(`${URL_BASE}/transfers?q=nobody-at-all`);
  assert.equal(await page.locator("table").count(), 0);
  await page.goto(`${URL_BASE}/transfers?order=soonest`);
  assert.equal(await page.locator(`#t-${id}`).count(), 1);
}

/** The recipient collects; the sender's page shows and says it, and what was open stays open. */
async function watchCollecting(page, browser, id, name, number, words) {
  await page.goto(`${URL_BASE}/transfers/${id}`);
  const offer = await newestOffer(need("KAKITOME_MAILDIR"), `${name}@aozora.example`);
  const cards = page.locator("section.card");
  await cards.nth(1).locator("summary").first().click();
  const button = cards.nth(1).locator("details[open] button").first();
  await button.focus();
  await look(page, "transfer-before");

  const { context, page: recipient } = await windowOf(browser, "ja", "desk", { javaScriptEnabled: false });
  await recipient.goto(`${URL_BASE}/r/${offer.id}`);
  await recipient.fill("#secret", offer.code);
  await main(recipient).click();
  await recipient.fill("#number", number);
  await main(recipient).click();
  await (await fetched(recipient, recipient.locator("#get-1"))).path();
  await context.close();

  await cards.nth(0).locator(".status.good").waitFor({ timeout: 90_000 });
  assert.ok((await page.locator("#status").innerText()).includes(words.collected), "it is said");
  assert.equal(await cards.nth(1).locator("details[open]").count(), 1, "what was open stays open");
  assert.equal(await button.evaluate((one) => one === document.activeElement), true, "the focus stays");
  assert.ok((await page.locator(".timeline li.good").count()) > 0, "the timeline goes on");
  await look(page, "transfer-live");
}

/** What came too late says so, and the page shows how it stands; the limit moves within policy. */
async function tooLate(page, id) {
  await page.goto(`${URL_BASE}/transfers/${id}`);
  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  const reference = (await page.locator("section.card").first().getAttribute("id")).replace("card-", "");
  await page.evaluate(({ csrf, reference }) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: `/deliveries/${reference}/recall` });
    form.append(Object.assign(document.createElement("input"), { name: "csrf", value: csrf }));
    document.body.append(form);
    form.submit();
  }, { csrf, reference });
  await page.waitForURL("**?done=already_collected");
  await page.locator(".notice.care").waitFor();
  await page.goto(`${URL_BASE}/transfers/${id}/extend`);
  await page.fill("#days", "99");
  await main(page).click();
  await page.locator("#days-error").waitFor();
  assert.match(await page.locator("#days-error").innerText(), /23/);
  assert.equal(await page.inputValue("#days"), "99", "what was typed is kept");
  await look(page, "extend-refused");
  await page.fill("#days", "10");
  await main(page).click();
  await page.waitForURL("**?done=extended");
  await look(page, "extended");
}

/** Two recipients: one is told by phone, the other by a sheet. */
const recipients = (name) =>
  [[`${name}@aozora.example`, "phone"], [`${name}-2@aozora.example`, "sheet"]]
    .map(([email, channel]) => ({ email, name: `株式会社青空商事 ${name}`, language: "ja", channel, phone: "03-9876-5432" }));

async function desk(browser, language, size) {
  const name = `suzuki-${size}`;
  const { context, page, complaints } = await windowOf(browser, language, size);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: URL_BASE });
  const requests = watch(page);
  await SENDER.signIn(page, language);
  const words = WORDS[language];
  const id = await draft(page, recipients(name));
  const numbers = await send(page, id);
  await look(page, `${language}-sent`);
  await handOver(page, words, requests, numbers);
  await leave(page, words);
  await back(page, id, words, numbers);
  await list(page, id, name);
  await watchCollecting(page, browser, id, name, numbers[0], words);
  await tooLate(page, id);
  for (const number of numbers) {
    assert.ok(!requests.some((request) => digits(request).includes(number)), "no request carries a number");
  }
  quiet(complaints, /status of 422|favicon/);
  await context.close();
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  for (const [language, size] of WALKS) {
    await desk(browser, language, size);
    console.log(`${language} ${size}: ok`);
  }
});
