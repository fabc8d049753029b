import { withBrowser, withGallery } from "./gallery/gallery.mjs";
import { writeFile } from "node:fs/promises";
await withGallery(({ states }) => withBrowser(async (browser) => {
  const page = await browser.newPage();
  for (const s of states.filter((s) => s.name === "certificate")) {
    await page.goto(s.url);
    await writeFile(`/tmp/w/cert-${s.language}.pdf`, await page.pdf({ preferCSSPageSize: true }));
  }
}));
