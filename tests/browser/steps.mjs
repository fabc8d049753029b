// What stories share whose people sign in for the first time: windows, pictures, a draft that is there already.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const SHOTS = process.env.KAKITOME_SHOTS;
const PASSWORD = `a long sentence ${randomBytes(8).toString("hex")}`;

export const main = (page) => page.locator("main button.main");

export async function launch() {
  if (SHOTS) await mkdir(SHOTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

let shots = 0;

/** That nothing is too wide and no text is missing; a picture, if they are wanted. */
export async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
  assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
  if (!SHOTS) return;
  shots += 1;
  await page.screenshot({ path: join(SHOTS, `${String(shots).padStart(2, "0")}-${name}.png`), fullPage: true });
}

export async function firstSignIn(browser, base, email, oneTime) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", oneTime);
  await main(page).click();
  await page.waitForURL("**/me/password**");
  await page.fill("#current", oneTime);
  await page.fill("#new", PASSWORD);
  await page.fill("#again", PASSWORD);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/me/password"));
  await context.close();
}

/** Somebody at a browser of his own, signed in; complaints of the browser are kept. */
export async function desk(browser, base, email, language, viewport, complaints) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, viewport });
  await context.addCookies([{ name: "lang", value: language, url: base }]);
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${base}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await main(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return page;
}

/** A draft with one file for one recipient, made by the interface: how it is composed is another story. */
export async function draft(page, recipient, setup, name, content) {
  const base = need("KAKITOME_URL");
  await page.goto(`${base}/send/new`);
  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  return page.evaluate(async ({ csrf, recipient, setup, name, content }) => {
    const post = async (path, body, headers = { "Content-Type": "application/json" }) => {
      const answer = await fetch(`/api/v1${path}`, { method: "POST", body, headers: { "X-CSRF-Token": csrf, ...headers } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    const { id } = await (await post("/transfers", JSON.stringify(setup))).json();
    await post(`/transfers/${id}/recipients`, JSON.stringify(recipient));
    const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
    const created = await post("/uploads", null, {
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(content.length),
      "Upload-Metadata": `transfer ${encoded(id)},filename ${encoded(name)}`,
    });
    const patched = await fetch(created.headers.get("Location"), {
      method: "PATCH",
      body: content,
      headers: { "X-CSRF-Token": csrf, "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
    });
    if (!patched.ok) throw new Error(`upload: ${patched.status}`);
    return id;
  }, { csrf, recipient, setup, name, content });
}
