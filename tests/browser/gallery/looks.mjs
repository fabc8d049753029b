// Whether the chosen pages look and read as they were accepted: `tests/golden/looks` and `tests/golden/aria`.
import { withBrowser } from "../stage.mjs";
import { CHOSEN, LOOKS, pick } from "./chosen.mjs";
import { LANGUAGES, onPages, withGallery } from "./gallery.mjs";
import { ACCEPT, Golden } from "./golden.mjs";
import { differs, draw } from "./picture.mjs";
import { tree } from "./tree.mjs";

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    const looks = new Golden("looks", differs);
    const painter = await browser.newPage();
    for (const { name, language, options, media, names } of LOOKS) {
      await onPages(browser, options, pick(states, names, language), async (page, state) => {
        await page.emulateMedia({ media: media ?? "screen" });
        await page.goto(state.url, { waitUntil: "load" });
        await looks.see(`${state.name}.${language}.${name}`, await draw(page, painter));
      });
    }
    const words = new Golden("aria");
    const read = LANGUAGES.flatMap((language) => pick(states, CHOSEN, language));
    await onPages(browser, LOOKS[0].options, read, async (page, state) => {
      await page.goto(state.url, { waitUntil: "load" });
      await words.see(`${state.name}.${state.language}`, await tree(page));
    });
    const faults = [...(await looks.end()), ...(await words.end())];
    if (faults.length > 0) console.log(faults.sort().join("\n"));
    console.log(`looks: ${looks.names.size} pictures, ${words.names.size} trees, ${ACCEPT ? "accepted" : `${faults.length} faults`}`);
    process.exitCode = faults.length > 0 ? 1 : 0;
  }),
);
