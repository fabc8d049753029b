// A whole review of the account register in a real browser: begun, assigned by department, decided account by account and
// many at once, signed, its record opened, printed and saved. In Japanese without scripts, in English with them.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked
//   KAKITOME_LANGUAGE   ja or en
//   KAKITOME_EMAIL, KAKITOME_PASSWORD        an administrator who has never signed in
//   KAKITOME_REVIEWER, KAKITOME_ONE_TIME     a reviewer who has never signed in, for the department 営業
//   KAKITOME_STOP, KAKITOME_REDUCE           addresses to stop, and whose second role to take; separated by spaces
//   KAKITOME_OUT        where the record is saved: record.pdf, record.csv, record.json
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Person, REFUSED, WINDOWS, look as lookAt, main, need, picture, press, quiet, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const LANGUAGE = need("KAKITOME_LANGUAGE");
const OUT = need("KAKITOME_OUT");
const WORDS = {
  ja: { half: "40名中 0名 確認済み", whole: "40名中 40名 確認済み", title: "利用者台帳 棚卸しの記録", reason: "担当を離れたため" },
  en: { half: "0 of 40 decided", whole: "40 of 40 decided", title: "Record of the account review", reason: "moved to another task" },
}[LANGUAGE];

/** At a desk and on a phone; of forty accounts the first ones are enough. */
async function look(page, name) {
  for (const [place, size] of Object.entries(WINDOWS)) {
    await page.setViewportSize(size);
    const clip = { x: 0, y: 0, width: size.width, height: 2600 };
    await lookAt(page, `${LANGUAGE}-${name}-${place}`, { clip, fullPage: true });
  }
  await page.setViewportSize(WINDOWS.desk);
}

async function signIn(browser, email, once) {
  const opened = await windowOf(browser, LANGUAGE, "desk", { javaScriptEnabled: LANGUAGE === "en" });
  await new Person(URL_BASE, email, once).begins(opened.page, LANGUAGE);
  return opened;
}

/** The card of an account. */
const card = (page, email) => page.locator(".review-row").filter({ has: page.getByText(email, { exact: true }) });

async function decide(page, email, decision, { reason = "", without = "" } = {}) {
  const one = card(page, email);
  await one.locator(`input[name=decision][value=${decision}]`).check();
  if (without) await one.locator(`input[name=role][value=${without}]`).uncheck();
  await one.locator("input[name=reason]").fill(reason);
  await press(page, one.locator("form[action$='/decide'] button"));
}

await withBrowser(async (browser) => {
  const { page, complaints } = await signIn(browser, need("KAKITOME_EMAIL"), need("KAKITOME_PASSWORD"));
  await page.goto(`${URL_BASE}/register/reviews`);
  await look(page, "none");
  await page.locator("main details summary").first().click();
  const sales = page.locator("label", { hasText: "営業" });
  const reviewer = await page.locator("option", { hasText: `<${need("KAKITOME_REVIEWER")}>` }).first().getAttribute("value");
  await page.selectOption(`#${await sales.getAttribute("for")}`, reviewer);
  await press(page, page.locator("form[action='/register/reviews'] button.main"));
  const review = new URL(page.url()).pathname;
  assert.match(review, /^\/register\/reviews\/[0-9a-f-]{36}$/);
  assert.ok((await page.locator(".review-progress label").innerText()).includes(WORDS.half));
  assert.equal(await page.locator("progress").getAttribute("max"), "40");
  assert.equal(await page.locator(".review-row").count(), 40);
  await look(page, "open");

  // The reviewer sees his three, and nothing else of the register.
  const { page: other } = await signIn(browser, need("KAKITOME_REVIEWER"), need("KAKITOME_ONE_TIME"));
  await other.goto(`${URL_BASE}/register/reviews`);
  assert.equal(new URL(other.url()).pathname, review);
  assert.equal(await other.locator(".review-row").count(), 3);
  await look(other, "reviewer");
  for (const path of ["/sign", "/record", "/record.csv"]) {
    assert.equal((await other.request.get(`${URL_BASE}${review}${path}`)).status(), 403, path);
  }
  for (let left = 3; left > 0; left -= 1) {
    assert.equal(await other.locator(".review-row").count(), left);
    const row = other.locator(".review-row").first();
    await row.locator("input[value=keep]").check();
    await press(other, row.locator("form[action$='/decide'] button"));
  }
  assert.equal(await other.locator("progress").getAttribute("value"), "3");
  await look(other, "reviewer-done");

  // Stopping needs a reason; what was chosen stays chosen.
  await page.goto(`${URL_BASE}${review}`);
  const [first] = need("KAKITOME_STOP").split(" ");
  await decide(page, first, "stop");
  assert.equal(await page.locator("#errors").count(), 1);
  assert.ok(await card(page, first).locator("input[value=stop]").isChecked());
  await look(page, "reason-missing");
  for (const email of need("KAKITOME_STOP").split(" ")) {
    await page.goto(`${URL_BASE}${review}`);
    await decide(page, email, "stop", { reason: WORDS.reason });
    assert.ok(page.url().includes("done=review_decided"), page.url());
  }
  for (const email of need("KAKITOME_REDUCE").split(" ")) {
    await page.goto(`${URL_BASE}${review}`);
    await decide(page, email, "reduce", { reason: WORDS.reason, without: "approver" });
    assert.ok(page.url().includes("done=review_decided"), page.url());
  }
  assert.equal((await page.goto(`${URL_BASE}${review}/sign`)).status(), 200);
  assert.equal(await page.locator("form[action$='/sign'] button").count(), 0, "nothing to press while somebody is undecided");
  await look(page, "sign-undecided");

  // Everybody else stays: ticked, shown once more with the count, and written down.
  await page.goto(`${URL_BASE}${review}`);
  const ticks = page.locator("input[form=keep]");
  const count = await ticks.count();
  assert.equal(count, 40 - 3 - 1 - need("KAKITOME_STOP").split(" ").length - need("KAKITOME_REDUCE").split(" ").length);
  for (let nth = 0; nth < count; nth += 1) await ticks.nth(nth).check();
  await press(page, page.locator("#keep button"));
  const button = main(page);
  assert.ok((await button.innerText()).includes(String(count)), await button.innerText());
  assert.equal(await page.locator("main ul li").count(), count);
  await look(page, "keep");
  await press(page, button);
  await page.goto(`${URL_BASE}${review}`);
  assert.equal(await page.locator(".review-row").count(), 1, "the own account is left");
  await look(page, "own-account");
  assert.equal(await page.locator("input[name=decision]").count(), 1, "who is alone can only keep himself");
  await decide(page, need("KAKITOME_EMAIL"), "keep");
  assert.ok((await page.locator(".review-progress label").innerText()).includes(WORDS.whole));
  await look(page, "nothing-left");

  await page.goto(`${URL_BASE}${review}/sign`);
  await look(page, "sign");
  await page.fill("#reason", WORDS.reason);
  await press(page, page.locator("form[action$='/sign'] button"));
  assert.ok(page.url().includes("/record?done=review_signed"), page.url());
  assert.equal((await page.locator("h1").innerText()).trim(), WORDS.title);
  assert.equal(await page.locator(".review-record tbody tr").count(), 40);
  const digest = (await page.locator(".review-digest").innerText()).trim();
  await look(page, "record");
  await page.goto(`${URL_BASE}${review}/record`);
  await writeFile(join(OUT, "record.pdf"), await page.pdf({ format: "A4", preferCSSPageSize: true }));
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 658, height: 930 });
  await picture(page, `${LANGUAGE}-print`);
  for (const name of ["record.csv", "record.json"]) {
    const answer = await page.request.get(`${URL_BASE}${review}/${name}`);
    assert.equal(answer.status(), 200, name);
    assert.match(answer.headers()["content-disposition"], /^attachment;/);
    await writeFile(join(OUT, name), await answer.body());
  }
  await writeFile(join(OUT, "digest"), digest);
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${URL_BASE}/register/reviews`);
  await look(page, "past");
  quiet(complaints, REFUSED);
});
