// Sheets per screen and language with every state, on a phone and at a desk, for eyes: test-results/contact-sheet. A screen
// with many states has several, so that words can still be read.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { withBrowser } from "../stage.mjs";
import { LANGUAGES, onPages, withGallery } from "./gallery.mjs";

const SHEETS = new URL("../../../test-results/contact-sheet/", import.meta.url);
/** Width of the screenshot, and of its tile on the sheet, in CSS pixels. */
const WIDTHS = [
  { name: "phone", viewport: { width: 390, height: 844 }, tile: 390, columns: 4 },
  { name: "desk", viewport: { width: 1280, height: 900 }, tile: 800, columns: 2 },
];
/** States on one sheet. */
const MOST = 8;
const wanted = new RegExp(process.env.KAKITOME_STATES ?? "");

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A page with the pictures in columns; the shortest column takes the next one. */
function sheet(title, { tile, columns }, shots) {
  const filled = Array.from({ length: columns }, () => ({ height: 0, html: "" }));
  for (const { name, png, width, height } of shots) {
    const column = filled.reduce((least, next) => (next.height < least.height ? next : least));
    const tall = Math.round((height * tile) / width);
    column.height += tall + 48;
    column.html += `<figure><figcaption>${escape(name)}</figcaption><img width="${tile}" height="${tall}" src="data:image/png;base64,${png}"></figure>`;
  }
  const style = `body{margin:16px;background:#666;font:16px sans-serif;color:#fff}main{display:flex;gap:16px;align-items:flex-start}
    figure{margin:0 0 16px}figcaption{background:#000;padding:4px 8px}img{display:block}h1{font-size:20px;margin:0 0 12px}`;
  const body = filled.map(({ html }) => `<div>${html}</div>`).join("");
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><h1>${escape(title)}</h1><main>${body}</main>`;
}

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    await rm(SHEETS, { recursive: true, force: true });
    await mkdir(SHEETS, { recursive: true });
    const painter = await browser.newPage();
    const chosen = states.filter(({ screen, name }) => wanted.test(screen) || wanted.test(name));
    const screens = [...new Set(chosen.map(({ screen }) => screen))];
    for (const view of WIDTHS) {
      const shots = new Map();
      await onPages(browser, { viewport: view.viewport }, chosen, async (page, state) => {
        await page.goto(state.url, { waitUntil: "load" });
        const png = (await page.screenshot({ fullPage: true })).toString("base64");
        const [width, height] = await page.evaluate(() => [innerWidth, document.documentElement.scrollHeight]);
        shots.set(state.url, { name: state.name, png, width, height });
      });
      for (const [screen, language] of screens.flatMap((screen) => LANGUAGES.map((language) => [screen, language]))) {
        const own = chosen.filter((state) => state.screen === screen && state.language === language);
        for (let from = 0; from < own.length; from += MOST) {
          const part = own.slice(from, from + MOST);
          const number = own.length > MOST ? `.${from / MOST + 1}` : "";
          const file = `${screen}.${language}.${view.name}${number}.png`;
          await painter.setViewportSize({ width: 32 + view.columns * (view.tile + 16), height: 600 });
          await painter.setContent(sheet(file, view, part.map(({ url }) => shots.get(url))), { waitUntil: "load" });
          await writeFile(new URL(file, SHEETS), await painter.screenshot({ fullPage: true }));
          console.log(`test-results/contact-sheet/${file}: ${part.map(({ name }) => name).join(", ")}`);
        }
      }
    }
  }),
);
