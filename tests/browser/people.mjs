// What stories about staff need: a browser, somebody who signs in, pictures.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
export const URL_BASE = need("KAKITOME_URL");
export const WIDTHS = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const SHOTS = process.env.KAKITOME_SHOTS;

export const main = (page) => page.locator("main button.main");

export async function launch() {
  if (SHOTS) await mkdir(SHOTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** A browser of somebody, in a language and a width; complaints of its pages are collected. */
export async function person(browser, language, width) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, viewport: WIDTHS[width] });
  const complaints = [];
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("console", (message) => /Content Security|Trusted/i.test(message.text()) && complaints.push(message.text()));
  return { context, complaints };
}

export async function signIn(page, password, language = "ja") {
  await page.goto(`${URL_BASE}/sign-in?lang=${language}`);
  await page.fill("#email", need("KAKITOME_EMAIL"));
  await page.fill("#password", password);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

export async function signOut(page, where = "/sign-in") {
  const form = page.locator("form[action='/sign-out'] button").first();
  await Promise.all([page.waitForURL((url) => url.pathname.startsWith(where)), form.evaluate((button) => button.click())]);
}

/** The first sign-in of all: a password of one's own. */
export async function firstSignIn(browser, password) {
  const { context } = await person(browser, "ja", "desk");
  const page = await context.newPage();
  await signIn(page, need("KAKITOME_PASSWORD"));
  await page.fill("#current", need("KAKITOME_PASSWORD"));
  await page.fill("#new", password);
  await page.fill("#again", password);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/me/password"));
  await context.close();
}

let shots = 0;
/** Nothing sticks out, no text is missing; and a picture for who wants to look. */
export async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
  assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
  if (!SHOTS) return;
  shots += 1;
  await page.screenshot({ path: join(SHOTS, `${String(shots).padStart(2, "0")}-${name}.png`), fullPage: true });
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
