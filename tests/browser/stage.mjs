// What stories in a browser are played on: the browser and its windows, what holds for each page, pictures, and how people
// get in.
//
//   KAKITOME_SHOTS      directory for pictures, called STORY-NUMBER-NAME.png; none without it
//   KAKITOME_CHROMIUM   browser; Debian's chromium-headless-shell without it
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";

export const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
export const SHOTS = process.env.KAKITOME_SHOTS;
export const BROWSER = process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell";
export const WINDOWS = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
const STORY = basename(process.argv[1], ".mjs");

export const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
export const digits = (text) => text.replace(/\D/g, "");

/** Runs `work` with a browser. */
export async function withBrowser(work) {
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** A window of its own, in a language and of a size. What its pages complain of is collected. */
export async function windowOf(browser, language, size, more = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, viewport: WINDOWS[size], ...more });
  const complaints = [];
  const complain = (page, text) => complaints.push(`${text} (${page?.url()})`);
  context.on("weberror", (error) => complain(error.page(), String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error" || /Content Security|Trusted/i.test(message.text())) complain(message.page(), message.text());
  });
  return { context, complaints, page: await context.newPage() };
}

/** What a browser writes down of any answer that refuses, and of a line that broke. */
export const REFUSED = /^Failed to load resource:/;

/** Nothing was complained of but what was to be expected. */
export function quiet(complaints, expected = /(?!)/) {
  assert.deepEqual(complaints.filter((text) => !expected.test(text)), []);
}

let pictures = 0;

/** Nothing is wider than the window, and no text is missing; a picture, if they are wanted. */
export async function look(page, name, how = { fullPage: true }) {
  await picture(page, name, how);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
  assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
}

/** A picture, if they are wanted. */
export async function picture(page, name, how = { fullPage: true }) {
  if (!SHOTS) return;
  if (pictures === 0) await mkdir(SHOTS, { recursive: true });
  pictures += 1;
  await page.screenshot({ ...how, path: join(SHOTS, `${STORY}-${String(pictures).padStart(3, "0")}-${name}.png`) });
}

/** The one button of a page that goes on. */
export const main = (page) => page.locator("main button.main");

/** Presses a button; the status of the page that it leads to. */
export async function press(page, button = main(page)) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303),
    button.click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

/** Presses a button that leads to another page, by a script perhaps. */
export const go = (page, button = main(page)) => Promise.all([page.waitForNavigation(), button.click()]);

/** Presses what brings a file. */
export async function fetched(page, button) {
  const [arrival] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return arrival;
}

/** Chooses files with the page's own button, as people do. */
export async function choose(page, files) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("[data-part=choose]")]);
  await chooser.setFiles(files);
}

/** Ticks every recipient that has flags: the check page asks whether they were asked. */
export async function tick(page) {
  for (const box of await page.locator("input[name^=confirm-]").all()) await box.check();
}

/** Somebody with an account that was just made: its one-time password, and the one that will be chosen. */
export class Person {
  constructor(base, email, oneTime) {
    Object.assign(this, { base, email, oneTime, password: `a long sentence ${randomBytes(8).toString("hex")}` });
  }

  /** The form for signing in, filled in and sent off. */
  async enter(page, password = this.password) {
    await page.fill("#email", this.email);
    await page.fill("#password", password);
    return press(page);
  }

  /** The form for another password, filled in and sent off. */
  async takes(page, password = this.password) {
    await page.fill("#current", this.oneTime);
    await page.fill("#new", password);
    await page.fill("#again", password);
    return press(page);
  }

  async signIn(page, language = "ja") {
    await page.goto(`${this.base}/sign-in?lang=${language}`);
    assert.equal(await this.enter(page), 200);
    assert.ok(!new URL(page.url()).pathname.startsWith("/sign-in"), page.url());
  }

  /** The first sign-in of all, in which nothing opens before there is a password of one's own. */
  async begins(page, language = "ja") {
    await page.goto(`${this.base}/sign-in?lang=${language}`);
    await this.enter(page, this.oneTime);
    assert.equal(new URL(page.url()).pathname, "/me/password");
    await this.takes(page);
    assert.ok(!new URL(page.url()).pathname.startsWith("/me/password"), page.url());
  }

  async firstSignIn(browser) {
    const { context, page } = await windowOf(browser, "ja", "desk");
    await this.begins(page);
    await context.close();
  }

  /** A window of its own in which this person is signed in. */
  async at(browser, language, size, more) {
    const opened = await windowOf(browser, language, size, more);
    await this.signIn(opened.page, language);
    return opened;
  }
}

/** Whom `KAKITOME_EMAIL` and `KAKITOME_PASSWORD` tell of. */
export const somebody = () => new Person(need("KAKITOME_URL"), need("KAKITOME_EMAIL"), need("KAKITOME_PASSWORD"));

export async function signOut(page, where = "/sign-in") {
  const form = page.locator("form[action='/sign-out'] button").first();
  await Promise.all([page.waitForURL((url) => url.pathname.startsWith(where)), form.evaluate((button) => button.click())]);
}

/** Calls the programming interface as the page would. */
export async function call(page, method, path, body) {
  return page.evaluate(async ({ method, path, body }) => {
    const csrf = document.querySelector("input[name=csrf]").value;
    const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
    const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: await answer.json().catch(() => ({})) };
  }, { method, path, body });
}

/** A draft with one file, made by the interface: how it is composed is another story. */
export async function draft(page, recipients, { setup = {}, name = "決算書.pdf", content = "content" } = {}) {
  await page.goto(`${new URL(page.url()).origin}/send/new`);
  const made = async (path, body) => {
    const answer = await call(page, "POST", path, body);
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { id } = await made("/transfers", setup);
  for (const recipient of recipients) await made(`/transfers/${id}/recipients`, recipient);
  const uploaded = await page.evaluate(async ({ id, name, content }) => {
    const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
    const headers = { "X-CSRF-Token": document.querySelector("input[name=csrf]").value, "Tus-Resumable": "1.0.0" };
    const body = new TextEncoder().encode(content);
    const about = { "Upload-Length": String(body.length), "Upload-Metadata": `transfer ${encoded(id)},filename ${encoded(name)}` };
    const created = await fetch("/api/v1/uploads", { method: "POST", headers: { ...headers, ...about } });
    const rest = { "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" };
    return (await fetch(created.headers.get("Location"), { method: "PATCH", body, headers: { ...headers, ...rest } })).ok;
  }, { id, name, content });
  assert.ok(uploaded, "the file arrived");
  return id;
}

/** Another number with a right check digit (Damm's table), which uses a try. */
export function wrongNumber(right) {
  const damm = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
  const body = String((BigInt(right.slice(0, 11)) + 1n) % 10n ** 11n).padStart(11, "0");
  return body + [...body].reduce((row, digit) => Number(damm[row][digit]), 0);
}
