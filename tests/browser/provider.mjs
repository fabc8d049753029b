// A person signs in at an OpenID provider by the button, and confirms there before a token is made.
//
//   KAKITOME_URL        address of a running gateway with one provider, certificate not checked
//   KAKITOME_LOGIN      a login at the provider (npm oidc-provider: any password is right)
//   KAKITOME_CHROMIUM   browser; Debian's chromium-headless-shell without it
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const URL_BASE = need("KAKITOME_URL");
const LOGIN = need("KAKITOME_LOGIN");
const WORDS = {
  ja: { button: "社内ポータル でサインイン", confirm: "ご本人の確認", unlock: "ロックを解除", sealing: "封印パスフレーズ", done: "鍵を開きました。" },
  en: { button: "Sign in with 社内ポータル", confirm: "Confirm that it is you", unlock: "Unlock", sealing: "Sealing passphrase", done: "The key is open now." },
};

async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
  assert.ok(!(await page.content()).includes("⟦"), `${name}: a text is missing`);
}

/** The provider's own pages: who, and yes to whatever it asks. */
async function atProvider(page, back) {
  for (let step = 0; step < 4 && !back(new URL(page.url())); step += 1) {
    if (await page.locator("input[name=login]").count()) {
      await page.fill("input[name=login]", LOGIN);
      await page.fill("input[name=password]", "x");
    }
    await Promise.all([page.waitForEvent("framenavigated"), page.click("button[type=submit]")]);
    await page.waitForLoadState("domcontentloaded");
  }
  await page.waitForURL(back);
}

async function story(browser, language, viewport) {
  const words = WORDS[language];
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport, locale: language });
  // The provider's pages ask for fonts from elsewhere.
  await context.route((url) => url.hostname !== "localhost", (route) => route.abort());
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && page.url().startsWith(URL_BASE) && complaints.push(message.text()));
  const here = (path) => (url) => url.origin === URL_BASE && url.pathname === path;

  await page.goto(`${URL_BASE}/sign-in?next=/me&lang=${language}`);
  await look(page, "sign-in");
  await page.getByRole("link", { name: words.button }).click();
  await atProvider(page, here("/me"));
  assert.ok((await page.textContent("main")).includes(`${LOGIN}@office.example`));

  await page.goto(`${URL_BASE}/confirm?next=/me/sealing`);
  assert.equal(await page.textContent("h1"), words.confirm);
  assert.equal(await page.locator("input[type=password]").count(), 0, "there is no password here");
  await look(page, "confirm");
  await page.getByRole("link", { name: words.button }).click();
  assert.notEqual(new URL(page.url()).origin, URL_BASE, "the provider asks although it knows who it is");
  await atProvider(page, here("/me/sealing"));
  assert.equal(await page.textContent("h1"), words.sealing);
  await look(page, "sealing");
  if (await page.locator("#new").count() && !(await page.locator("#current").count())) {
    await page.fill("#new", "four words in a row");
    await page.fill("#again", "four words in a row");
  } else {
    await page.fill("#passphrase", "four words in a row");
  }
  await page.click("main button.main");
  await page.waitForURL("**/me/sealing?done=key_opened");
  assert.ok((await page.content()).includes(words.done));
  await look(page, "sealing-open");
  assert.deepEqual(complaints, []);
  await context.close();
}

const browser = await chromium.launch({
  executablePath: process.env.KAKITOME_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await story(browser, "ja", { width: 1280, height: 900 });
  await story(browser, "en", { width: 390, height: 844 });
} finally {
  await browser.close();
}
