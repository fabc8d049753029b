// The account register on a phone in Japanese: somebody is added, moved to another department, and stopped; at a desk the list
// is sorted and searched.
//
//   KAKITOME_URL, KAKITOME_EMAIL, KAKITOME_PASSWORD  an administrator who has never signed in
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { REFUSED, WINDOWS, look, main, need, quiet, somebody, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const ADMINISTRATOR = somebody();
const press = (page, where, button) => Promise.all([page.waitForURL(where), button.click()]);
const heading = async (page, text) => assert.equal((await page.locator("h1").innerText()).trim(), text);

async function add(page) {
  await page.goto(`${URL_BASE}/register`);
  await heading(page, "利用者台帳");
  await press(page, "**/register/new", page.locator("a.main"));
  await look(page, "new");
  await page.fill("#name", "高橋 美咲");
  await page.fill("#email", "takahashi@office.example");
  await page.fill("#department", "総務");
  await page.check("input[name=role][value=approver]");
  await page.check("input[name=way][value=shown]");
  await main(page).click();
  await page.locator("#reason-error").waitFor();
  assert.equal(await page.inputValue("#name"), "高橋 美咲");
  assert.equal(await page.isChecked("input[name=role][value=approver]"), true, "what was chosen is kept");
  await look(page, "new-refused");
  await page.fill("#reason", "4月の入社");
  await main(page).click();
  await page.locator("#one-time").waitFor();
  const password = await page.locator("#one-time").innerText();
  await look(page, "one-time-password");
  await press(page, /\/register\/[0-9a-f-]{36}$/, page.locator("main .actions a").first());
  assert.ok(!(await page.content()).includes(password), "shown once");
}

async function change(page) {
  await look(page, "account");
  await page.locator("#change > summary").click();
  await look(page, "account-change");
  await page.fill("#department", "経理");
  await page.uncheck("input[name=role][value=approver]");
  await page.fill("#valid_until", "2099-03-31");
  await page.locator("#change details summary").click();
  await page.fill("#most_bytes", "2.5");
  await page.fill("#reason", "経理への異動");
  await press(page, "**?done=account_saved", page.locator("#change button.main"));
  const history = await page.locator(".history").innerText();
  for (const words of ["総務 → 経理", "送信者、承認者 → 送信者", "理由：経理への異動", "2099年3月31日（火）まで"]) {
    assert.ok(history.includes(words), `${words} is not told:\n${history}`);
  }
  await look(page, "account-changed");
}

async function stop(page) {
  await press(page, "**/stop", page.locator("a.danger"));
  await look(page, "stop");
  await page.fill("#reason", "退職");
  await press(page, "**?done=account_stopped", page.locator("button.danger"));
  await look(page, "account-stopped");
  await press(page, "**/register", page.locator("main a[href='/register']").first());
  assert.equal(await page.locator("tr[id^=account-]").count(), 2);
  await look(page, "list");
}

const sorted = async (page) => (await page.locator("th[aria-sort]").innerText()).replace(/\s+/g, " ");

/** At a desk: the list by its columns, and the filter in the address. */
async function list(page) {
  await page.setViewportSize(WINDOWS.desk);
  await page.goto(`${URL_BASE}/register`);
  assert.equal(await sorted(page), "名前 ↑");
  await look(page, "list-desk");
  await press(page, "**?order=state", page.locator("thead a", { hasText: "状態" }));
  assert.equal(await sorted(page), "状態 ↑");
  await page.fill("#q", "TAKAHASHI");
  await page.selectOption("#state", "stopped");
  await press(page, "**q=TAKAHASHI**", page.locator(".filter button"));
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.equal(await page.locator("#order").inputValue(), "state", "the order stays");
  await look(page, "list-filtered");
}

await withBrowser(async (browser) => {
  await ADMINISTRATOR.firstSignIn(browser);
  const { page, complaints } = await ADMINISTRATOR.at(browser, "ja", "phone");
  await add(page);
  await change(page);
  await stop(page);
  await list(page);
  quiet(complaints, REFUSED);
  console.log("register: ok");
});
