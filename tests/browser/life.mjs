// The life of a transfer without scripts, in Japanese and English: sign in, send, collect, and every refusal on the way.
//
//   KAKITOME_URL        address of a running gateway, certificate not checked
//   KAKITOME_MAILDIR    the maildir that it writes mails to
//   KAKITOME_EMAIL      an account that may send
//   KAKITOME_PASSWORD   its password; a one-time password is changed first
//   KAKITOME_FULL       both languages at both widths; without it Japanese on a phone and English at a desk
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { newestOffer } from "./mail.mjs";
import { digest, digits, fetched, look, main, need, press, quiet, somebody, tick, windowOf, withBrowser, wrongNumber } from "./stage.mjs";
import { WORDS } from "./words.mjs";

const URL_BASE = need("KAKITOME_URL");
const MAILDIR = need("KAKITOME_MAILDIR");
const SENDER = somebody();
const WALKS = [["ja", "phone"], ["en", "desk"]];
const MORE_WALKS = [["ja", "desk"], ["en", "phone"]];

class Walk {
  constructor({ context, page }, language, size, who = size) {
    Object.assign(this, { context, page, language, size, who, words: WORDS[language] });
  }

  /** A window in which no script runs. */
  static async begin(browser, language, size, who) {
    return new Walk(await windowOf(browser, language, size, { javaScriptEnabled: false }), language, size, who);
  }

  async open(path) {
    const answer = await this.page.goto(URL_BASE + path);
    return answer.status();
  }

  press(button) {
    return press(this.page, button);
  }

  /** What holds for every page; and a picture of it. */
  async look(name) {
    const { page } = this;
    await look(page, `${this.language}-${this.who}-${name}`);
    assert.equal(await page.locator("html").getAttribute("lang"), this.language, `${name}: language`);
    assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
    const place = new URL(page.url());
    assert.ok(!/[0-9a-z]{34}/.test(place.pathname + place.search), `${name}: a secret in the address`);
  }

  async heading(text) {
    assert.equal((await this.page.locator("h1").innerText()).replace(/^✓\s*/, "").trim(), text);
  }
}

/** An account that was just made must change its password before anything else. */
async function firstSignIn(browser) {
  const walk = await Walk.begin(browser, "ja", "desk");
  await walk.open("/sign-in");
  assert.equal(await SENDER.enter(walk.page, SENDER.oneTime), 200);
  if (walk.page.url().endsWith("/me/password")) {
    await walk.look("password-forced");
    assert.equal(await SENDER.takes(walk.page, "short"), 422);
    await walk.look("password-refused");
    assert.equal(await SENDER.takes(walk.page), 200);
  } else {
    SENDER.password = SENDER.oneTime;
  }
  await walk.context.close();
}

const numberOn = async (page) => digits(await page.locator("p.number").innerText());

/** Writes and sends a transfer; returns what its recipient needs. */
async function send(walk, files) {
  const { page, words } = walk;
  assert.equal(await SENDER.enter(page, "not the password"), 422);
  assert.equal(await page.inputValue("#email"), SENDER.email, "what was typed is kept");
  await walk.look("sign-in-wrong");
  assert.equal(await SENDER.enter(page), 200);
  await walk.open(`/send/new?lang=${walk.language}`);
  await walk.heading(words.compose);
  await walk.look("send-empty");

  assert.equal(await walk.press(main(page)), 422, "nothing to check yet");
  await walk.look("send-refused");
  await page.setInputFiles("#files", files);
  assert.equal(await walk.press(page.locator("form[enctype] button")), 200);
  assert.equal(await page.locator("#files-title ~ ul li, section:has(#files-title) li").count(), files.length);

  await page.fill("#email", "suzuki@aozora");
  await page.fill("#name", words.recipient);
  await page.fill("#message", words.message);
  const add = page.locator("button[formaction$='/recipients']");
  assert.equal(await walk.press(add), 422, "an address without a full domain");
  assert.equal(await page.inputValue("#name"), words.recipient, "what was typed is kept");
  await walk.look("send-bad-address");
  await page.fill("#email", address(walk));
  await page.selectOption("#recipient-language", walk.language);
  await page.fill("#phone", "03-9876-5432");
  assert.equal(await walk.press(add), 200);
  assert.equal(await page.inputValue("#message"), words.message, "every button saves");
  await page.selectOption("#keep_hours", "72");
  await walk.look("send");
  assert.equal(await walk.press(main(page)), 200);
  await walk.look("check");
  assert.equal(await walk.press(main(page)), 409, "a first recipient is ticked");
  await walk.look("check-unticked");
  await tick(page);
  assert.equal(await walk.press(main(page)), 200);
  await walk.heading(words.sent);
  await walk.look("sent");
  const number = await numberOn(page);
  assert.match(number, /^\d{12}$/);
  await page.reload();
  assert.equal(await numberOn(page), number, "a broken line loses no number");
  return number;
}

/** Told, and on the transfer's own page. */
async function tell(walk) {
  const { page } = walk;
  await page.check("input[name=told]");
  assert.equal(await walk.press(page.locator("form[data-ticks] button")), 200);
  await walk.look("transfer-told");
  const path = new URL(page.url()).pathname;
  await walk.open(`/send/${path.split("/").pop()}/sent`);
  assert.equal(await page.locator("p.number").count(), 0, "a number is shown once");
  await walk.look("sent-shown");
  await walk.open("/transfers");
  await walk.look("transfers");
  return path;
}

async function openLink(walk, offer) {
  const { page } = walk;
  await page.fill("#secret", offer.code);
  return walk.press(main(page));
}

async function collect(walk, offer, number, files) {
  assert.equal(await walk.open(`/r/${offer.id}`), 200);
  const { page, words } = walk;
  await walk.look("link");
  await page.fill("#secret", "no code");
  assert.equal(await walk.press(main(page)), 422);
  await walk.look("code-refused");
  await walk.open("/r");
  await page.fill("#secret", offer.code.replace(/^./, (first) => (first === "2" ? "3" : "2")));
  assert.equal(await walk.press(main(page)), 422, "the check characters tell a slip");

  await walk.open(`/r/${offer.id}`);
  assert.equal(await openLink(walk, offer), 200);
  await walk.heading(words.locked);
  await walk.look("locked");
  const other = walk.language === "ja" ? "en" : "ja";
  assert.equal(await walk.press(page.locator(`form.languages button[value=${other}]`)), 200);
  assert.equal(await page.locator("html").getAttribute("lang"), other, "the switch keeps the page");
  assert.equal(await walk.press(page.locator(`form.languages button[value=${walk.language}]`)), 200);

  const attempt = async (text) => {
    await page.fill("#number", text);
    return walk.press(main(page));
  };
  assert.equal(await attempt(""), 422);
  assert.equal(await attempt("1234"), 422);
  assert.equal(await page.inputValue("#number"), "1234", "what was typed is kept");
  await walk.look("locked-length");
  assert.equal(await attempt(wrongNumber(number)), 422);
  await walk.look("locked-wrong");
  const spoken = number.replace(/(\d{4})/g, "$1　").replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  assert.equal(await attempt(spoken), 200, "full width and spaces are understood");
  await walk.look("files");

  const second = await Walk.begin(walk.context.browser(), walk.language, walk.size, `${walk.who}-other`);
  await second.open(`/r/${offer.id}`);
  await openLink(second, offer);
  await second.page.fill("#number", number);
  assert.equal(await second.press(main(second.page)), 409);
  await second.look("locked-elsewhere");
  await second.page.fill("#number", number);
  assert.equal(await second.press(main(second.page)), 200, "taken over when asked to");
  await second.look("files-taken-over");
  assert.equal(await walk.open(`/r/${offer.id}/files`), 403, "the earlier window is closed");
  await walk.look("session-ended");
  await download(second, files);
  return second;
}

async function download(walk, files) {
  const { page } = walk;
  for (const [place, file] of files.entries()) {
    const arrival = await fetched(page, page.locator(`#get-${place + 1}`));
    assert.equal(arrival.suggestedFilename(), file.name);
    assert.equal(digest(await readFile(await arrival.path())), digest(file.buffer), "what was sent is what arrived");
  }
  const zip = page.locator("a[href$='/all.zip']");
  const archive = await fetched(page, zip);
  assert.match(archive.suggestedFilename(), /^K-[0-9A-Z]{4}-[0-9A-Z]{4}\.zip$/);
  await archive.path();
  await page.reload();
  await walk.look("files-collected");
}

/** "I have everything"; then nobody opens it again, and the page says so to whoever holds the link. */
async function finish(walk, offer) {
  const { page, words } = walk;
  assert.equal(await walk.press(page.locator("form.done button")), 200);
  await walk.heading(words.closed);
  await walk.look("closed");
  await walk.open(`/r/${offer.id}`);
  assert.equal(await openLink(walk, offer), 410);
  await walk.look("ended");
}

/** Whoever does not hold the secret of a link learns nothing: not even whether there is one. */
async function strangersSeeOnePage(walk, known, code) {
  const pages = [];
  for (const id of [known, "00000000", "zzzzzzzz"]) {
    await walk.open(`/r/${id}`);
    assert.equal(await openLink(walk, { code }), 404);
    pages.push(await walk.page.content());
  }
  await walk.look("unknown");
  assert.ok(pages.every((page) => page === pages[0]), "one page for every stranger");
}

/** With scripts the link alone leads to the question for the number; nothing is refused by the content security policy. */
async function byLink(browser, walk, offer) {
  const { context, page, complaints } = await windowOf(browser, walk.language, walk.size);
  await page.goto(`${URL_BASE}/r/${offer.id}#${offer.code}`);
  await page.waitForSelector("#number");
  await page.goto(`${URL_BASE}/r/${offer.id}%23${offer.code}`);
  await page.waitForSelector("#number");
  assert.ok(!page.url().includes(offer.code), "the secret does not stay in the address");
  quiet(complaints);
  await context.close();
}

/** Another transfer, taken back: its recipient is told who and when. */
async function takeBack(staff, earlier, files) {
  const number = await again(staff, files);
  assert.match(number, /^\d{12}$/);
  const offer = await newestOffer(MAILDIR, address(staff));
  await staff.open("/transfers");
  await staff.page.locator("tbody th a").first().click();
  const { page } = staff;
  assert.equal(await staff.press(page.locator("a.button.danger")), 200);
  await staff.look("recall");
  await page.fill("#reason", staff.words.reason);
  assert.equal(await staff.press(page.locator("button.danger")), 200);
  await staff.look("recalled");
  const walk = await Walk.begin(staff.context.browser(), staff.language, staff.size, `${staff.size}-back`);
  await walk.open("/r");
  assert.equal(await openLink(walk, offer), 410);
  await walk.heading(walk.words.recalled);
  await walk.look("recalled");
  await strangersSeeOnePage(walk, earlier.id, offer.code);
}

const address = (walk) => `suzuki-${walk.language}-${walk.size}@aozora.example`;

/** The shortest way to send. */
async function again(walk, files) {
  const { page } = walk;
  await walk.open("/send/new");
  await page.setInputFiles("#files", files);
  await walk.press(page.locator("form[enctype] button"));
  await page.fill("#email", address(walk));
  await page.selectOption("#recipient-language", walk.language);
  assert.equal(await walk.press(main(page)), 200, "the typed recipient is added on the way");
  await tick(page);
  assert.equal(await walk.press(main(page)), 200);
  return numberOn(page);
}

/** A stopped delivery: too many wrong numbers, resumed by the sender, then a new number. */
async function pauseAndReissue(staff, files) {
  const number = await again(staff, files);
  const offer = await newestOffer(MAILDIR, address(staff));
  const walk = await Walk.begin(staff.context.browser(), staff.language, staff.size, `${staff.size}-pause`);
  await byLink(walk.context.browser(), walk, offer);
  await walk.open("/r");
  await openLink(walk, offer);
  const { page } = walk;
  let status = 422;
  for (let tries = 0; tries < 40 && status === 422; tries += 1) {
    await page.fill("#number", wrongNumber(number));
    status = await walk.press(main(page));
  }
  if (status === 429) return walk.look("locked-slow");
  assert.equal(status, 403, "too many wrong numbers stop the delivery");
  await walk.look("paused");
  await staff.open("/transfers?state=paused");
  await staff.look("transfers-paused");
  await staff.page.locator("tbody th a").first().click();
  assert.equal(await staff.press(staff.page.locator("form[action$='/resume'] button")), 200);
  await staff.look("resumed");
  await staff.page.locator("details:has(form[action$='/reissue']) summary").first().click();
  assert.equal(await staff.press(staff.page.locator("form[action$='/reissue'] button").first()), 200);
  await staff.look("reissued");
  const fresh = await numberOn(staff.page);
  await walk.open("/r");
  assert.equal(await openLink(walk, offer), 200);
  await page.fill("#number", number);
  assert.equal(await walk.press(main(page)), 422, "the earlier number does not open any more");
  await page.fill("#number", fresh);
  assert.equal(await walk.press(main(page)), 200);
}

/** The own account: the profile, and a token that is shown once. */
async function account(walk) {
  const { page, words } = walk;
  await walk.open("/me");
  await walk.look("me");
  await page.fill("#phone", "03-1234-5678");
  await page.selectOption("#language", walk.language);
  assert.equal(await walk.press(page.locator("form[action='/me/profile'] button")), 200);
  await page.locator("details:has(#token-name) summary").click();
  await page.fill("#token-name", words.token);
  assert.equal(await walk.press(page.locator("form[action='/me/tokens'] button")), 200);
  assert.match(await page.locator("#new-token").innerText(), /^kkt_[0-9a-z]{52}$/);
  await walk.open("/me");
  assert.equal(await page.locator("#new-token").count(), 0, "a token is shown once");
  await walk.look("me-token");
  await walk.press(page.locator("form[action$='/revoke'] button").first());
  assert.equal(await walk.open("/nothing-here"), 404);
  await walk.look("not-found");
}

async function life(browser, language, size) {
  const files = [
    { name: language === "ja" ? "決算書_2026年度.pdf" : "accounts 2026.pdf", mimeType: "application/pdf", buffer: randomBytes(1_400_000) },
    { name: "contract.docx", mimeType: "application/octet-stream", buffer: randomBytes(70_001) },
  ];
  const staff = await Walk.begin(browser, language, size);
  await staff.open(`/sign-in?lang=${language}`);
  await staff.look("sign-in");
  const number = await send(staff, files);
  const offer = await newestOffer(MAILDIR, address(staff));
  const path = await tell(staff);
  const recipient = await Walk.begin(browser, language, size, `${size}-recipient`);
  const last = await collect(recipient, offer, number, files);
  await finish(last, offer);
  await staff.open(path);
  await staff.look("transfer-collected");
  await takeBack(staff, offer, files);
  await pauseAndReissue(staff, files);
  await account(staff);
  await staff.open("/me");
  assert.equal(await staff.press(staff.page.locator("form[action='/sign-out'] button")), 200);
  assert.equal(await staff.open("/transfers"), 401, "nobody is signed in any more");
  assert.equal(await staff.page.locator("form[action='/sign-in'] [name=next]").inputValue(), "/transfers");
}

await withBrowser(async (browser) => {
  await firstSignIn(browser);
  for (const [language, size] of process.env.KAKITOME_FULL ? [...WALKS, ...MORE_WALKS] : WALKS) {
    await life(browser, language, size);
    console.log(`${language} ${size}: ok`);
  }
});
