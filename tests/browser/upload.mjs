// Composing with scripts in a real browser, over a line that breaks: files travel in the background, go on by themselves,
// after a reload, past a second tab and the back button, until the recipient holds the very same bytes.
//
//   KAKITOME_URL, KAKITOME_MAILDIR, KAKITOME_EMAIL, KAKITOME_PASSWORD, KAKITOME_SHOTS, KAKITOME_CHROMIUM as for life.mjs;
//   the line to KAKITOME_URL is cut once, in mid-upload, by whoever started this.
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestOffer } from "./mail.mjs";
import { REFUSED, choose, digest, digits, fetched, go, look, main, need, quiet, somebody, tick, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
const MIB = 1024 * 1024;
const WORDS = {
  ja: {
    empty: "空のファイルです：memo.txt",
    renamed: "同じ名前のファイルがあります。(2) を付けました",
    unfinished: "前回の続きがあります。同じファイルを選ぶと途中から再開します。",
    early: /あと1件、送信準備中です（\d+%）。完了後にもう一度「送信する」を押してください。/,
    lost: "通信が切れました。つながり次第、続きから再開します。",
    saved: /下書きを保存しました/,
    message: "今年度の決算書をお送りします。",
    first: "初めての宛先",
    name: "鈴木 一郎",
  },
  en: {
    empty: "memo.txt is empty",
    renamed: "Same name: renamed (2)",
    unfinished: "Some files are not complete. Choose the same file to continue.",
    early: /1 file is still being prepared \(\d+%\)\. Press “Send” again when it is done\./,
    lost: "Connection lost. We will continue where we stopped.",
    saved: /Draft saved at/,
    message: "These are the accounts of this year.",
    first: "First time",
    name: "John Smith",
  },
};

const row = (page, name) => page.locator("li[data-size]", { has: page.getByText(name, { exact: true }) });

class Walk {
  constructor({ context, page }, language) {
    Object.assign(this, { context, page, language, words: WORDS[language] });
  }

  look(name, page = this.page) {
    return look(page, `${this.language}-${name}`);
  }

  /** The line of this page sends so many bytes a second, or none at all. */
  async slow(bytes, offline = false) {
    this.line ??= await this.context.newCDPSession(this.page);
    await this.line.send("Network.enable");
    const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: bytes };
    await this.line.send("Network.emulateNetworkConditions", conditions);
  }
}

async function begin(walk, files) {
  const { page, words } = walk;
  await page.goto(`${URL_BASE}/send/new`);
  await walk.look("empty");
  await page.evaluate(() => {
    window.sameDocument = true;
    // The banner may come and go while this script looks elsewhere.
    const banner = document.querySelector("[data-part=lost]");
    new MutationObserver(() => { window.wasLost ||= !banner.hidden; }).observe(banner, { attributes: true });
  });
  await walk.slow(3 * MIB);
  await choose(page, [files.small, files.empty, files.big]);
  await page.getByText(words.empty).waitFor();
  await page.waitForURL(/\/send\/[0-9a-f-]{36}$/);
  await row(page, "plan.pdf").locator("[data-part=bar]").waitFor({ state: "hidden" });
  await choose(page, [files.small]);
  await row(page, "plan (2).pdf").getByText(words.renamed).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("[data-part=state]")].some((state) => /MB\/(s|秒)/.test(state.textContent)));
  await walk.look("uploading");
}

/** The page goes on by itself when the line was cut, whether the browser knows that it is offline or not. */
async function breaks(walk, files, cut) {
  const { page, words } = walk;
  const banner = page.locator("[data-part=lost]");
  if (cut) {
    await page.waitForFunction(() => window.wasLost === true, undefined, { timeout: 60_000 });
    await banner.waitFor({ state: "hidden", timeout: 60_000 });
  }
  // What is under way in a request already, Chromium lets through.
  await row(page, files.bigName).locator("[data-part=pause]").click();
  await walk.slow(-1, true);
  await row(page, files.bigName).locator("[data-part=resume]").click();
  await banner.waitFor({ timeout: 60_000 });
  assert.ok((await banner.innerText()).includes(words.lost));
  await walk.look("lost");
  await walk.slow(3 * MIB);
  await banner.waitFor({ state: "hidden", timeout: 60_000 });
}

const sameDocument = (page) => page.evaluate(() => window.sameDocument === true);

/** Recipients are checked, and "send" is pressed too early, while the file is still on its way. */
async function checksEarly(walk, files, address) {
  const { page, words } = walk;
  await page.fill("#message", words.message);
  await page.locator("[data-part=saved]", { hasText: words.saved }).waitFor();
  await page.fill("#email", address);
  await page.fill("#name", words.name);
  await main(page).click();
  await page.waitForURL(/\/check$/);
  assert.ok(await sameDocument(page), "the files are still in the page's hands");
  assert.ok((await page.title()).length > 3 && (await page.locator("h1:focus").count()) === 1, "the new page's title takes the focus");
  await page.getByText(words.first).waitFor();
  await page.locator("[data-part=open]", { hasText: "%" }).waitFor();
  await walk.look("check-early");
  await main(page).click();
  await page.locator("#errors:focus").waitFor();
  assert.match(await page.locator("#errors").innerText(), words.early);
  await walk.look("sent-too-early");
  await page.goBack();
  await page.waitForURL(/\/send\/[0-9a-f-]{36}$/);
  await page.locator("[data-part=list] li").first().waitFor();
  assert.ok(await sameDocument(page));
  assert.equal(await page.inputValue("#message"), words.message);
  await row(page, files.bigName).locator("[data-part=pause]").click();
  await row(page, files.bigName).locator("[data-part=resume]:focus").waitFor();
  await walk.look("paused");
  await row(page, files.bigName).locator("[data-part=resume]").click();
  // One of the three is not wanted after all.
  await row(page, "plan (2).pdf").locator("[data-part=remove]").click();
  await row(page, "plan (2).pdf").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BUTTON", "the focus goes on to what is next");
}

/** Another tab of the same draft tells what is unfinished and does no harm. */
async function secondTab(walk, files) {
  const other = await walk.context.newPage();
  await other.goto(walk.page.url());
  await other.getByText(walk.words.unfinished).waitFor();
  await walk.look("second-tab", other);
  await choose(other, [files.big]);
  await row(other, files.bigName).waitFor();
  assert.equal(await other.locator("li[data-size]").count(), 2, "the same file is no second one");
  await other.close();
}

/** After a reload the same file goes on where it stopped. */
async function reloads(walk, files) {
  const { page, words } = walk;
  const asked = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.reload();
  assert.deepEqual(asked, ["beforeunload"], "leaving during an upload is asked about");
  await page.getByText(words.unfinished).waitFor();
  assert.equal(await page.inputValue("#message"), words.message, "a reload shows what was typed");
  await walk.look("reloaded");
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.method() === "PATCH" && request.url().includes("/uploads/")),
    choose(page, [files.big]),
  ]);
  assert.ok(Number(request.headers()["upload-offset"]) > 0, "it goes on in the middle");
  await walk.slow(-1);
  await row(page, files.bigName).locator("[data-part=bar]").waitFor({ state: "hidden", timeout: 60_000 });
  await walk.look("done");
}

async function sends(walk) {
  const { page } = walk;
  await go(page);
  await walk.look("check");
  await page.locator("details summary").first().click();
  await walk.look("check-mail");
  await tick(page);
  await go(page);
  return digits(await page.locator("p.number").innerText());
}

async function receives(walk, address, number, files) {
  const offer = await newestOffer(need("KAKITOME_MAILDIR"), address);
  const page = await walk.context.newPage();
  await page.goto(`${URL_BASE}/r/${offer.id}#${offer.code}`);
  await page.fill("#number", number);
  await go(page);
  const sent = { "plan.pdf": files.small, [files.bigName]: files.big };
  for (const place of [1, 2]) {
    const arrival = await fetched(page, page.locator(`#get-${place}`));
    const path = sent[arrival.suggestedFilename()] ?? assert.fail(arrival.suggestedFilename());
    assert.equal(digest(await readFile(await arrival.path())), digest(await readFile(path)), "what was sent is what arrived");
  }
  await page.close();
}

/** The next draft knows whom was sent to, and what was chosen. */
async function again(walk, address) {
  const { page } = walk;
  await page.goto(`${URL_BASE}/send/new`);
  await page.locator("#email").pressSequentially("aozora");
  await page.locator("[role=option]").first().waitFor();
  await walk.look("known");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.ok((await page.inputValue("#email")).endsWith("@aozora.example"));
  assert.equal(await page.inputValue("#email"), address);
  assert.equal(await page.inputValue("#name"), walk.words.name);
}

async function life(browser, language, size, folder, cut) {
  const opened = await SENDER.at(browser, language, size);
  const walk = new Walk(opened, language);
  const bigName = language === "ja" ? "動画_2026年度.bin" : "film 2026.bin";
  const files = { bigName, big: join(folder, bigName), small: join(folder, "plan.pdf"), empty: join(folder, "memo.txt") };
  await writeFile(files.big, randomBytes(40 * MIB));
  await writeFile(files.small, randomBytes(70_001));
  await writeFile(files.empty, "");
  const address = `suzuki-${language}@aozora.example`;
  await begin(walk, files);
  await breaks(walk, files, cut);
  await checksEarly(walk, files, address);
  await secondTab(walk, files);
  await reloads(walk, files);
  const number = await sends(walk);
  await walk.look("sent");
  await receives(walk, address, number, files);
  await again(walk, address);
  quiet(opened.complaints, REFUSED);
  await walk.context.close();
}

const folder = await mkdtemp(join(tmpdir(), "kakitome-upload-"));
await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  for (const [language, size, cut] of [["ja", "phone", true], ["en", "desk", false]]) {
    await life(browser, language, size, folder, cut);
    console.log(`${language} ${size}: ok`);
  }
}).finally(() => rm(folder, { recursive: true }));
