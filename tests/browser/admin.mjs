// The administrators' listener in a real browser, over plain HTTP on this machine: signing in, the pages, signing out. The
// cookies of `__Host-` are kept there too, and forms come from where they may.
//
//   KAKITOME_ADMIN  where administrators connect, http://localhost:…
//   KAKITOME_EMAIL, KAKITOME_PASSWORD  an administrator who has never signed in
//   KAKITOME_SHOTS, KAKITOME_CHROMIUM  as for stage.mjs
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { Person, REFUSED, look, need, press, quiet, windowOf, withBrowser } from "./stage.mjs";

const ADMIN = need("KAKITOME_ADMIN");

await withBrowser(async (browser) => {
  const { page, complaints } = await windowOf(browser, "ja", "desk");
  const administrator = new Person(ADMIN, need("KAKITOME_EMAIL"), need("KAKITOME_PASSWORD"));
  assert.equal((await page.goto(`${ADMIN}/admin`)).status(), 401);
  await look(page, "sign-in");
  await administrator.enter(page, administrator.oneTime);
  assert.ok(page.url().endsWith("/me/password"), page.url());
  await administrator.takes(page);

  assert.equal((await page.goto(`${ADMIN}/`)).status(), 200);
  assert.ok(page.url().endsWith("/admin"), page.url());
  assert.equal((await page.locator("h1").innerText()).trim(), "管理");
  assert.equal(await page.locator("nav a[href='/send'], nav a[href='/me']").count(), 0, "nothing that is not here");
  await look(page, "first-page");
  await page.click("main a[href='/admin/sign-in']");
  await page.waitForURL("**/admin/sign-in");
  assert.equal(await page.locator("nav a[aria-current]").count(), 1);
  await press(page, page.locator("form[action='/sign-out'] button"));
  assert.equal((await page.goto(`${ADMIN}/admin`)).status(), 401);
  quiet(complaints, REFUSED);
});
