// Files of the log's entries: an auditor searches, asks for the answer as a file and says what for, has it by itself, is told
// how far a large one is, takes files back, and fetches one again when the line broke. Japanese on a phone, English at a desk.
//
//   KAKITOME_URL        where the browser goes: the line, which this script can cut; certificate not checked
//   KAKITOME_LINE, KAKITOME_SERVER     as for line.mjs
//   KAKITOME_EMAIL, KAKITOME_PASSWORD  an auditor who has never signed in
//   KAKITOME_LARGE      files of this auditor that are being written, one for each walk; with commas between
//   KAKITOME_OTHER      a file that is there and was asked for by somebody else
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Line } from "./line.mjs";
import { digest, fetched, look, need, press, quiet, somebody, withBrowser } from "./stage.mjs";

const BASE = need("KAKITOME_URL");
const AUDITOR = somebody();
const WALKS = [["ja", "phone"], ["en", "desk"]];
const WORDS = {
  ja: {
    asked: ["ゲートウェイの起動", "成功"],
    purpose: "第3四半期の内部監査",
    itself: "まもなくダウンロードが始まります",
    ready: "完了",
    running: "書き出し中",
    progress: /100,001件中 [\d,]+件 書き出し済み/,
    cancelled: "取り消されたため、ファイルは残っていません",
    other: "このファイルを受け取れるのは、書き出した本人だけです",
  },
  en: {
    asked: ["Gateway started", "Done"],
    purpose: "Internal audit of the third quarter",
    itself: "The download starts in a moment",
    ready: "ready",
    running: "being written",
    progress: /[\d,]+ of 100,001 entries written/,
    cancelled: "no file is left",
    other: "Only whoever asked for this file can download it",
  },
};

const line = new Line();
const said = (page) => page.locator("main").innerText();
const isDigest = async (page, file) => {
  assert.ok((await said(page)).includes(digest(await readFile(await file.path()))), "the digest of what arrived is on the page");
};

/** From the search to the form: it says in words what was asked, and keeps it when it is refused. */
async function asks(page, language, words) {
  await page.goto(`${BASE}/audit`);
  await page.locator("#kind").selectOption("started");
  await page.locator("#result").selectOption("ok");
  await press(page, page.locator("main form.filter button.main"));
  await press(page, page.locator("main a[href^='/audit/export?']"));
  for (const word of words.asked) assert.ok((await said(page)).includes(word), word);
  await look(page, `${language}-form`);
  await page.locator("main details summary").click();
  await look(page, `${language}-columns`);
  assert.equal(await press(page), 422, "a purpose is needed");
  for (const word of words.asked) assert.ok((await said(page)).includes(word), word);
  await look(page, `${language}-refused`);
  await page.fill("#purpose", words.purpose);
}

/** A small file comes by itself. */
async function comes(page, language, words) {
  const [file] = await Promise.all([page.waitForEvent("download"), press(page)]);
  assert.ok((await said(page)).includes(words.itself));
  assert.ok((await said(page)).includes(words.purpose));
  await look(page, `${language}-comes`);
  assert.match(file.suggestedFilename(), /^kakitome-log-\d{8}T\d{6}Z\.csv$/);
  await isDigest(page, file);
  const manifest = await fetched(page, page.locator("a[href$='/manifest']"));
  const told = JSON.parse(await readFile(await manifest.path(), "utf8"));
  assert.ok((await said(page)).includes(told.sha256), "the manifest tells the same digest");
  assert.equal(told.purpose, words.purpose);
  return new URL(page.url()).pathname;
}

/** The whole log, over a line that breaks: the browser says so, the page is still there, and what comes then is whole. */
async function again(page, language, words) {
  await page.goto(`${BASE}/audit/export`);
  await page.locator("input[name=format][value=jsonl]").check();
  await page.fill("#purpose", words.purpose);
  line.breakAfter(100_000);
  const [first] = await Promise.all([page.waitForEvent("download"), press(page)]);
  assert.ok(await first.failure(), "half a file is no file");
  await look(page, `${language}-broken`);
  const whole = await fetched(page, page.locator("main a.button.main"));
  assert.equal(await whole.failure(), null);
  await isDigest(page, whole);
  const lines = (await readFile(await whole.path(), "utf8")).trimEnd().split("\n");
  assert.ok(lines.every((one) => JSON.parse(one).leaf), "every line is an entry");
}

/** A large one is written while nobody looks; whoever looks sees it go on without reloading, and may take it back. */
async function waits(page, language, words, id) {
  await page.goto(`${BASE}/audit/exports`);
  const row = page.locator("tr", { has: page.locator(`a[href='/audit/exports/${id}']`) });
  assert.ok((await row.innerText()).includes(words.running));
  await look(page, `${language}-list`);
  await press(page, row.locator("a"));
  assert.match(await said(page), words.progress);
  await page.evaluate(() => (window.untouched = true));
  const before = Number(await page.locator("progress").getAttribute("value"));
  await page.waitForFunction((before) => Number(document.querySelector("progress")?.getAttribute("value")) > before, before, { timeout: 60_000 });
  assert.ok(await page.evaluate(() => window.untouched), "without a reload");
  await look(page, `${language}-running`);
  await takesBack(page, `${language}-running-taken-back`, words);
}

async function takesBack(page, name, words) {
  await press(page, page.locator("form[action$='/cancel'] button"));
  assert.ok((await said(page)).includes(words.cancelled));
  assert.equal(await page.locator("main a[href$='/file'], form[action$='/cancel']").count(), 0, "there is nothing to press any more");
  await look(page, name);
}

async function walk(browser, language, size, large) {
  const words = WORDS[language];
  const { context, page, complaints } = await AUDITOR.at(browser, language, size);
  await asks(page, language, words);
  const file = await comes(page, language, words);
  await again(page, language, words);
  await waits(page, language, words, large);
  await page.goto(`${BASE}${file}`);
  assert.ok((await said(page)).includes(words.ready));
  await look(page, `${language}-ready`);
  const other = await context.newPage();
  await other.goto(`${BASE}${file}`);
  await takesBack(page, `${language}-taken-back`, words);
  // Whoever has the page open still is told why there is no file any more.
  await press(other, other.locator("main a.button.main"));
  assert.ok((await said(other)).includes(words.cancelled));
  await look(other, `${language}-gone`);
  await other.close();
  await page.goto(`${BASE}/audit/exports/${need("KAKITOME_OTHER")}`);
  assert.ok((await said(page)).includes(words.other));
  await look(page, `${language}-other`);
  quiet(complaints, /status of 422/);
  await context.close();
}

await withBrowser(async (browser) => {
  await AUDITOR.firstSignIn(browser);
  const large = need("KAKITOME_LARGE").split(",");
  for (const [nth, [language, size]] of WALKS.entries()) {
    await walk(browser, language, size, large[nth]);
    console.log(`${language} ${size}: ok`);
  }
}).finally(() => line.close());
