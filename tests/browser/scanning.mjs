// Scanning as a sender sees it, with a real scanner: a clean file leaves; malware and what cannot be looked into are refused
// and removed, and the rest goes on; a scanner that stops lets files wait, and goes on by itself when it is back. No page is
// reloaded meanwhile. Japanese on a phone, English at a desk.
//
//   KAKITOME_URL, KAKITOME_EMAIL, KAKITOME_PASSWORD, KAKITOME_SHOTS, KAKITOME_CHROMIUM as for life.mjs;
//   KAKITOME_CONTROL    address where `/stop` and `/start` do that with the scanner
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { tick } from "./tick.mjs";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const URL_BASE = need("KAKITOME_URL");
const SHOTS = process.env.KAKITOME_SHOTS;
const PASSWORD = `a long sentence ${randomBytes(8).toString("hex")}`;
const WIDTHS = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
/** The scanner is asked every quarter of a minute, and a page looks again after a third. */
const PATIENCE = { timeout: 60_000 };
const WORDS = {
  ja: {
    clean: "ウイルス検査済み：問題なし",
    infected: "ウイルスの疑いがあります（Eicar-Test",
    encrypted: "パスワード付きのため、中身を検査できません",
    all: "ウイルス検査はすべて終わりました",
    some: "送れないファイルがあります",
    refused: "このままでは送信できません。",
    waits: "検査の装置が応答していません",
    down: "ウイルス検査の装置が応答しないため、いまは送れません",
    large: "100 kB を超えるファイルはウイルス検査ができないため、送れません",
    timeline: "ウイルス検査で問題は見つかりませんでした（1 件",
  },
  en: {
    clean: "Scanned: nothing found",
    infected: "It may contain a virus (Eicar-Test",
    encrypted: "It is protected by a password and cannot be scanned",
    all: "All files are scanned",
    some: "Some files cannot be sent",
    refused: "It cannot be sent like this.",
    waits: "The scanner has not answered since",
    down: "The virus scanner does not answer, so nothing can be sent now",
    large: "Files of more than 100 kB cannot be scanned and are not sent",
    timeline: "The virus scan found nothing in 1 file",
  },
};

/** What every scanner takes for malware (eicar.org), put together here so that none takes this file for it. */
const eicar = () => Buffer.from(["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*"].join(""));

/** An archive (APPNOTE 4.3) of one stored file that says it is encrypted (4.4.4, bit 0). */
function encryptedZip() {
  const [name, data] = [Buffer.from("salary.txt"), randomBytes(40)];
  const common = Buffer.alloc(26);
  for (const [at, value] of [[0, 20], [2, 1], [4, 0], [22, name.length]]) common.writeUInt16LE(value, at);
  for (const [at, value] of [[10, 0x12345678], [14, data.length], [18, data.length - 12]]) common.writeUInt32LE(value, at);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, data]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const main = (page) => page.locator("main button.main");
const row = (page, name) => page.locator("li[data-file]", { has: page.getByText(name, { exact: true }) });

class Walk {
  constructor(browser, language, width) {
    Object.assign(this, { browser, language, width, words: WORDS[language], shots: 0, complaints: [] });
  }

  async begin() {
    const options = { ignoreHTTPSErrors: true, locale: this.language, viewport: WIDTHS[this.width] };
    this.context = await this.browser.newContext(options);
    this.page = await this.context.newPage();
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("console", (message) => /Content Security|Trusted/i.test(message.text()) && this.complaints.push(message.text()));
  }

  async look(name) {
    const { page } = this;
    assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
    if (!SHOTS) return;
    this.shots += 1;
    const number = String(this.shots).padStart(2, "0");
    await page.screenshot({ path: join(SHOTS, `scanning-${this.language}-${number}-${name}.png`), fullPage: true });
  }

  async go(button) {
    await Promise.all([this.page.waitForNavigation(), button.click()]);
  }

  /** Chooses files with the page's own button. */
  async choose(...files) {
    const { page } = this;
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("[data-part=choose]")]);
    await chooser.setFiles(files.map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer })));
  }

  says(name, words) {
    return row(this.page, name).getByText(words).waitFor(PATIENCE);
  }
}

async function signIn(walk, password) {
  const { page } = walk;
  await page.goto(`${URL_BASE}/sign-in?lang=${walk.language}`);
  await page.fill("#email", need("KAKITOME_EMAIL"));
  await page.fill("#password", password);
  await walk.go(main(page));
}

async function firstSignIn(browser) {
  const walk = new Walk(browser, "ja", "desk");
  await walk.begin();
  await signIn(walk, need("KAKITOME_PASSWORD"));
  await walk.page.fill("#current", need("KAKITOME_PASSWORD"));
  for (const field of ["#new", "#again"]) await walk.page.fill(field, PASSWORD);
  await walk.go(main(walk.page));
  await walk.context.close();
}

const control = async (what) => assert.ok((await fetch(`${need("KAKITOME_CONTROL")}/${what}`)).ok);

/** Clean, infected and encrypted files are told apart without a reload; what is too large is refused at once. */
async function uploads(walk) {
  const { page, words } = walk;
  await page.goto(`${URL_BASE}/send/new`);
  await page.evaluate(() => (window.sameDocument = true));
  await walk.choose(["too large.bin", randomBytes(100_001)]);
  await page.locator(".refusals", { hasText: words.large }).waitFor();
  await walk.look("too-large");
  await walk.choose(["plan.pdf", Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(500)])], ["report.pdf.zip", eicar()], ["salary.zip", encryptedZip()]);
  await page.waitForURL(/\/send\/[0-9a-f-]{36}$/);
  await walk.says("plan.pdf", words.clean);
  await walk.says("report.pdf.zip", words.infected);
  await walk.says("salary.zip", words.encrypted);
  await page.locator("#scan-summary", { hasText: words.some }).waitFor(PATIENCE);
  assert.ok(await page.evaluate(() => window.sameDocument), "nothing was reloaded");
  await walk.look("verdicts");
}

/** The check page leads to the file that is refused; once it is gone, sending goes on. */
async function refuses(walk, address) {
  const { page, words } = walk;
  await page.fill("#email", address);
  await walk.go(main(page));
  await page.waitForURL(/\/check$/);
  await page.getByText(words.refused).waitFor();
  assert.equal(await main(page).count(), 0, "there is nothing to press that would be refused");
  await walk.look("refused");
  await walk.go(page.locator("#send a[href*='#file-']").first());
  for (const name of ["report.pdf.zip", "salary.zip"]) {
    await row(page, name).locator("[data-part=remove]").click();
    await row(page, name).waitFor({ state: "detached" });
  }
  await page.locator("#scan-summary", { hasText: words.all }).waitFor(PATIENCE);
  await walk.look("removed");
}

/** Without the scanner a file waits, and says so; back again, everything goes on by itself. */
async function waits(walk) {
  const { page, words } = walk;
  await control("stop");
  await walk.choose(["notes.txt", Buffer.from("these are the notes of the meeting")]);
  await walk.says("notes.txt", words.waits);
  await walk.look("down");
  await walk.go(main(page));
  await page.waitForURL(/\/check$/);
  await tick(page);
  await walk.go(main(page));
  await page.locator("#errors:focus", { hasText: words.down }).waitFor();
  await walk.says("notes.txt", words.waits);
  await walk.look("down-check");
  await page.evaluate(() => (window.sameDocument = true));
  await control("start");
  await walk.says("notes.txt", words.clean);
  await page.locator("#scan-summary", { hasText: words.all }).waitFor(PATIENCE);
  assert.ok(await page.evaluate(() => window.sameDocument), "it went on by itself");
  await walk.look("back");
}

async function sends(walk) {
  const { page, words } = walk;
  await walk.go(main(page));
  assert.equal(await page.locator("p.number").count(), 1);
  await walk.look("sent");
  await page.goto(page.url().replace(/\/send\/([0-9a-f-]{36}).*/, "/transfers/$1"));
  await page.getByText(words.timeline).first().waitFor();
  await walk.look("timeline");
}

/** Without scripts the page says how far the scan is, and a link looks again. */
async function plainly(walk) {
  const context = await walk.browser.newContext({ ignoreHTTPSErrors: true, locale: walk.language, viewport: WIDTHS[walk.width], javaScriptEnabled: false });
  const page = await context.newPage();
  const plain = Object.assign(new Walk(walk.browser, walk.language, walk.width), { context, page, shots: 50 });
  await signIn(plain, PASSWORD);
  await control("stop");
  await page.goto(`${URL_BASE}/send/new`);
  await page.setInputFiles("#files", [{ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("one, two") }]);
  await plain.go(page.locator("form[enctype] button"));
  // The gateway finds out that nobody answers when it wants something looked at.
  const again = page.locator("kk-scans a");
  for (let looks = 0; (await page.getByText(walk.words.waits).count()) === 0; looks += 1) {
    assert.ok(looks < 100, "the page never said that the scanner does not answer");
    await page.reload();
  }
  await plain.look("plain-down");
  await control("start");
  for (let looks = 0; (await page.getByText(walk.words.clean).count()) === 0; looks += 1) {
    assert.ok(looks < 60, "the file was never scanned");
    await page.waitForTimeout(500);
    assert.equal(await again.count(), 1, "there is a link to look again");
    await page.reload();
  }
  assert.equal(await again.count(), 0, "there is nothing left to look for");
  await plain.look("plain-clean");
  await context.close();
}

async function life(browser, language, width) {
  const walk = new Walk(browser, language, width);
  await walk.begin();
  await signIn(walk, PASSWORD);
  await uploads(walk);
  await refuses(walk, `suzuki-${language}@aozora.example`);
  await waits(walk);
  await sends(walk);
  await plainly(walk);
  assert.deepEqual(walk.complaints, []);
  await walk.context.close();
}

if (SHOTS) await mkdir(SHOTS, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await firstSignIn(browser);
  for (const [language, width] of [["ja", "phone"], ["en", "desk"]]) {
    await life(browser, language, width);
    console.log(`${language} ${width}: ok`);
  }
} finally {
  await browser.close();
}
