// The pictures of the manual, one for each page and language, from the gallery: docs/pictures/manual.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { withBrowser } from "../stage.mjs";
import { LANGUAGES, onPages, withGallery } from "./gallery.mjs";

const PICTURES = new URL("../../../docs/pictures/manual/", import.meta.url);
/** Narrow enough to be read in the manual without zooming. */
const WIDTH = 720;
/** `from`: the element that the picture begins with, where that is not the page's top. */
const WANTED = [
  { name: "s1-ways", state: "rules-guideline", height: 720, from: "h2" },
  { name: "s2-networks", state: "rules-guideline", height: 640, from: "#networks" },
  { name: "s3-password", state: "password-wish", height: 640, from: "h1" },
  { name: "s4-unlock", state: "unlock", height: 560 },
  { name: "s5-register", state: "register", height: 720, from: "table" },
  { name: "s5-review", state: "review-open", height: 720, from: "h1" },
];

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    await mkdir(PICTURES, { recursive: true });
    for (const { name, state, height, from } of WANTED) {
      const found = states.filter((one) => one.name === state);
      assert.equal(found.length, LANGUAGES.length, `the gallery has ${state} ${found.length} times`);
      await onPages(browser, { viewport: { width: WIDTH, height } }, found, async (page, { url, language }) => {
        await page.goto(url, { waitUntil: "load" });
        if (from) await page.locator(from).first().evaluate((element) => element.scrollIntoView());
        const file = `${name}-${language}.png`;
        await writeFile(new URL(file, PICTURES), await page.screenshot());
        console.log(`docs/pictures/manual/${file}`);
      });
    }
  }),
);
