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
import { REFUSED, choose, go, look, main, need, quiet, somebody, tick, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
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

const row = (page, name) => page.locator("li[data-file]", { has: page.getByText(name, { exact: true }) });

class Walk {
  constructor({ page }, language) {
    Object.assign(this, { page, language, words: WORDS[language] });
  }

  look(name) {
    return look(this.page, `${this.language}-${name}`);
  }

  choose(...files) {
    return choose(this.page, files.map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer })));
  }

  says(name, words) {
    return row(this.page, name).getByText(words).waitFor(PATIENCE);
  }
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
  await go(page);
  await page.waitForURL(/\/check$/);
  await page.getByText(words.refused).waitFor();
  assert.equal(await main(page).count(), 0, "there is nothing to press that would be refused");
  await walk.look("refused");
  await go(page, page.locator("#send a[href*='#file-']").first());
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
  await go(page);
  await page.waitForURL(/\/check$/);
  await tick(page);
  await go(page);
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
  await go(page);
  assert.equal(await page.locator("p.number").count(), 1);
  await walk.look("sent");
  await page.goto(page.url().replace(/\/send\/([0-9a-f-]{36}).*/, "/transfers/$1"));
  await page.getByText(words.timeline).first().waitFor();
  await walk.look("timeline");
}

/** Without scripts the page says how far the scan is, and a link looks again. */
async function plainly(browser, language, size) {
  const { context, page } = await SENDER.at(browser, language, size, { javaScriptEnabled: false });
  const plain = new Walk({ page }, language);
  await control("stop");
  await page.goto(`${URL_BASE}/send/new`);
  await page.setInputFiles("#files", [{ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("one, two") }]);
  await go(page, page.locator("form[enctype] button"));
  // The gateway finds out that nobody answers when it wants something looked at.
  const again = page.locator("kk-scans a");
  for (let looks = 0; (await page.getByText(plain.words.waits).count()) === 0; looks += 1) {
    assert.ok(looks < 100, "the page never said that the scanner does not answer");
    await page.reload();
  }
  await plain.look("plain-down");
  await control("start");
  for (let looks = 0; (await page.getByText(plain.words.clean).count()) === 0; looks += 1) {
    assert.ok(looks < 60, "the file was never scanned");
    await page.waitForTimeout(500);
    assert.equal(await again.count(), 1, "there is a link to look again");
    await page.reload();
  }
  assert.equal(await again.count(), 0, "there is nothing left to look for");
  await plain.look("plain-clean");
  await context.close();
}

async function life(browser, language, size) {
  const opened = await SENDER.at(browser, language, size);
  const walk = new Walk(opened, language);
  await uploads(walk);
  await refuses(walk, `suzuki-${language}@aozora.example`);
  await waits(walk);
  await sends(walk);
  await plainly(browser, language, size);
  quiet(opened.complaints, REFUSED);
  await opened.context.close();
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  for (const [language, size] of [["ja", "phone"], ["en", "desk"]]) {
    await life(browser, language, size);
    console.log(`${language} ${size}: ok`);
  }
});
