// A person signs in at an OpenID provider by the button, and confirms there before a token is made.
//
//   KAKITOME_URL        address of a running gateway with one provider, certificate not checked
//   KAKITOME_LOGIN      a login at the provider (npm oidc-provider: any password is right)
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { look, main, need, quiet, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const LOGIN = need("KAKITOME_LOGIN");
const WORDS = {
  ja: { button: "社内ポータル でサインイン", confirm: "ご本人の確認", unlock: "ロックを解除", sealing: "封印パスフレーズ", done: "鍵を開きました。" },
  en: { button: "Sign in with 社内ポータル", confirm: "Confirm that it is you", unlock: "Unlock", sealing: "Sealing passphrase", done: "The key is open now." },
};

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

async function story(browser, language, size) {
  const words = WORDS[language];
  const { context, page, complaints } = await windowOf(browser, language, size);
  // The provider's pages ask for fonts from elsewhere.
  await context.route((url) => url.hostname !== "localhost", (route) => route.abort());
  const here = (path) => (url) => url.origin === URL_BASE && url.pathname === path;

  await page.goto(`${URL_BASE}/sign-in?next=/me&lang=${language}`);
  await look(page, `${language}-sign-in`);
  await page.getByRole("link", { name: words.button }).click();
  await atProvider(page, here("/me"));
  assert.ok((await page.textContent("main")).includes(`${LOGIN}@office.example`));

  await page.goto(`${URL_BASE}/confirm?next=/me/sealing`);
  assert.equal(await page.textContent("h1"), words.confirm);
  assert.equal(await page.locator("input[type=password]").count(), 0, "there is no password here");
  await look(page, `${language}-confirm`);
  await page.getByRole("link", { name: words.button }).click();
  assert.notEqual(new URL(page.url()).origin, URL_BASE, "the provider asks although it knows who it is");
  await atProvider(page, here("/me/sealing"));
  assert.equal(await page.textContent("h1"), words.sealing);
  await look(page, `${language}-sealing`);
  if (await page.locator("#new").count() && !(await page.locator("#current").count())) {
    await page.fill("#new", "four words in a row");
    await page.fill("#again", "four words in a row");
  } else {
    await page.fill("#passphrase", "four words in a row");
  }
  await main(page).click();
  await page.waitForURL("**/me/sealing?done=key_opened");
  assert.ok((await page.content()).includes(words.done));
  await look(page, `${language}-sealing-open`);
  quiet(complaints.filter((text) => text.includes(`(${URL_BASE}/`)));
  await context.close();
}

await withBrowser(async (browser) => {
  await story(browser, "ja", "desk");
  await story(browser, "en", "phone");
});
