// The pictures of the README, from the gallery: docs/pictures.
import { mkdir, writeFile } from "node:fs/promises";
import { withBrowser } from "../stage.mjs";
import { onPages, withGallery } from "./gallery.mjs";

const PICTURES = new URL("../../../docs/pictures/", import.meta.url);
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1000, height: 860 };
const WANTED = [
  { file: "sender.png", state: "send", language: "en", viewport: DESK },
  { file: "number.png", state: "sent-phone", language: "en", viewport: DESK },
  { file: "timeline.png", state: "transfer", language: "en", viewport: DESK, from: "What happened" },
  { file: "recipient.png", state: "locked", language: "en", viewport: PHONE },
  { file: "recipient-ja.png", state: "files-partly", language: "ja", viewport: PHONE },
];

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    await mkdir(PICTURES, { recursive: true });
    for (const { file, state, language, viewport, from } of WANTED) {
      const found = states.filter(({ name, language: own }) => name === state && own === language);
      await onPages(browser, { viewport }, found, async (page, { url }) => {
        await page.goto(url, { waitUntil: "load" });
        if (from) await page.getByRole("heading", { name: from }).evaluate((heading) => heading.scrollIntoView());
        await writeFile(new URL(file, PICTURES), await page.screenshot());
        console.log(`docs/pictures/${file}`);
      });
    }
  }),
);
