// Passkeys in a browser with an authenticator of its own: adding one, signing in and unlocking with it, files that it opens
// or does not, giving up, and a passkey that was removed.
//
//   KAKITOME_URL        address of a running gateway that locks after a minute, certificate not checked
//   KAKITOME_EMAIL      an account that may send
//   KAKITOME_PASSWORD   its one-time password
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { REFUSED, call, draft, look, main, need, quiet, signOut, somebody, windowOf, withBrowser } from "./stage.mjs";

const URL_BASE = need("KAKITOME_URL");
const SENDER = somebody();
const WORDS = {
  ja: { opens: "番号も発行し直せます", not: "サインインだけに使えます", cancelled: "パスキーの操作が取り消されました。もう一度お試しください。", refused: "このパスキーでは確認できませんでした", here: "登録済みです" },
  en: { opens: "issue new numbers", not: "It signs you in only.", cancelled: "Passkey was cancelled. Try again.", refused: "This passkey", here: "already has a passkey" },
};

/** An authenticator in the browser: a phone's or a computer's own, which asks for a finger. */
async function authenticator(page, hasPrf) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    finger: (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

const button = (page) => page.locator("kk-passkey button");

/**
 * Where a browser offers passkeys in the field for the address, an authenticator that needs no finger takes the offer at
 * once. Most of the story is about the button.
 */
const offers = (page, on) => page.evaluate((on) => sessionStorage.setItem("offers", on ? "yes" : ""), on);
const noOffers = () => {
  if (!sessionStorage.getItem("offers")) PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
};

async function byPasskey(page, language) {
  await page.goto(`${URL_BASE}/sign-in`);
  await look(page, `sign-in-${language}`);
  await button(page).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

async function add(page, name) {
  await page.goto(`${URL_BASE}/me`);
  await look(page, `me-${name}`);
  await page.click("main a[href='/me/passkeys']");
  await page.waitForURL("**/me/passkeys");
  assert.notEqual(await page.inputValue("#passkey-name"), "", "a name is proposed");
  await page.fill("#passkey-name", name);
  await look(page, `before-${name}`);
  await main(page).click();
  await page.waitForURL("**/me/passkeys?done=passkey_added");
  await look(page, `added-${name}`);
  return page.locator(".card", { hasText: name }).innerText();
}

/** A transfer of this sender, sent: its delivery's reference. */
async function send(page) {
  const recipient = { email: "suzuki@aozora.example", name: "鈴木 一郎", language: "ja", channel: "phone", phone: "03-9876-5432" };
  const id = await draft(page, [recipient]);
  const sent = await call(page, "POST", `/transfers/${id}/send`, { confirmed: [] });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  return { id, ...sent.body.deliveries[0] };
}

/** With PRF: everything that a password can. */
async function able(browser) {
  const words = WORDS.ja;
  const { context, page, complaints } = await windowOf(browser, "ja", "desk");
  const bodies = [];
  page.on("request", (request) => bodies.push(`${request.url()} ${request.postData() ?? ""}`));
  await page.addInitScript(noOffers);
  const device = await authenticator(page, true);
  await SENDER.signIn(page);
  assert.ok((await add(page, "金庫の鍵")).includes(words.opens));
  await main(page).click();
  await page.getByText(words.here).first().waitFor();
  await look(page, "here-already");

  await offers(page, true);
  await signOut(page, "/send");
  assert.equal((await call(page, "GET", "/me")).body.account_key, true, "taken in the field");
  await offers(page, false);
  await signOut(page);
  await byPasskey(page, "ja");
  const sent = await send(page);
  await page.goto(`${URL_BASE}/transfers/${sent.id}`);
  const again = await call(page, "POST", `/deliveries/${sent.reference}/reissue`);
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.notEqual(again.body.number, sent.number);

  await page.goto(`${URL_BASE}/send/new`);
  await page.fill("textarea[name=message]", "書きかけ");
  await page.locator("body.session-locked").waitFor({ state: "attached", timeout: 90_000 });
  await page.locator("kk-idle kk-passkey button").waitFor();
  await look(page, "locked");
  await page.locator("kk-idle kk-passkey button").click();
  await page.locator("body:not(.session-locked)").waitFor();
  assert.equal(await page.inputValue("textarea[name=message]"), "書きかけ");
  assert.equal((await call(page, "GET", "/me")).body.account_key, true, "unlocked with the account key");

  await page.goto(`${URL_BASE}/confirm?next=/me`);
  await look(page, "confirm");
  await device.finger(false);
  await button(page).click();
  await page.locator("kk-passkey [data-part=why]").waitFor();
  assert.equal(await page.locator("#status").innerText(), words.cancelled);
  await look(page, "cancelled");
  await device.finger(true);
  await button(page).click();
  await page.waitForURL("**/me");

  const secrets = bodies.flatMap((body) => [.../"prf":"([^"]+)"/g[Symbol.matchAll](body)].map((match) => match[1]));
  assert.ok(secrets.length >= 4, "outputs travel where they are needed");
  assert.equal(new Set(secrets).size, 1, "one passkey, one output");
  assert.ok(bodies.every((body) => !body.split(" ")[0].includes(secrets[0])), "in no address");
  quiet(complaints, REFUSED);
  await context.close();
  return sent;
}

/** Without PRF: it signs in, says so, and opens nothing. Removed, it does nothing at all. */
async function plain(browser, sent) {
  const words = WORDS.en;
  const { context, page, complaints } = await windowOf(browser, "en", "phone");
  await page.addInitScript(noOffers);
  const device = await authenticator(page, false);
  await SENDER.signIn(page, "en");
  assert.ok((await add(page, "Office phone")).includes(words.not));
  await signOut(page);
  await byPasskey(page, "en");
  await page.goto(`${URL_BASE}/transfers/${sent.id}`);
  const refused = await call(page, "POST", `/deliveries/${sent.reference}/reissue`);
  assert.deepEqual([refused.status, refused.body.code], [403, "account-key-needed"]);

  await page.goto(`${URL_BASE}/me/passkeys`);
  await page.locator(".card", { hasText: "Office phone" }).locator("button").click();
  await page.waitForURL("**/me/passkeys?done=passkey_removed");
  await look(page, "removed");
  assert.equal((await device.credentials()).length, 1, "the device does not know");
  await signOut(page);
  await button(page).click();
  await page.locator("kk-passkey [data-part=why]", { hasText: words.refused }).waitFor();
  await look(page, "refused");
  quiet(complaints, REFUSED);
  await context.close();
}

await withBrowser(async (browser) => {
  await SENDER.firstSignIn(browser);
  const sent = await able(browser);
  console.log("with the account key: ok");
  await plain(browser, sent);
  console.log("without: ok");
});
