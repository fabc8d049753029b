// The notice sheet as a fax machine sends it: printed by Chromium, turned into black and white at 200 dpi (fine) and at
// 204 x 98 dpi (standard), and its number read back by OCR. The sheets are those of the gallery; the browser gives each copy a
// number of its own, so that no door of the gateway takes one.
//
//   KAKITOME_BINARY     the program, built with the feature `gallery`
//   KAKITOME_SHOTS      directory where pictures and PDFs are kept; a temporary one without it
//
// Ends with 0 when everything was as it must be.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withGallery } from "./gallery/gallery.mjs";
import { withBrowser } from "./stage.mjs";

const run = promisify(execFile);
const COPIES = 100;
/** OCR runs beside each other. */
const AT_ONCE = 2;
const MM_PER_INCH = 25.4;
const SHEETS = [
  { state: "sent-phone", form: "letter" },
  { state: "sent-phone", form: "fax" },
  { state: "sent-sheet", form: "letter" },
  { state: "sent-sheet", form: "fax" },
];

/** Numbers that are the same in every run: a linear congruence, its high digits. */
function numbers(count) {
  let state = 20261126n;
  const digit = () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % (1n << 64n);
    return Number((state >> 40n) % 10n);
  };
  return Array.from({ length: count }, () => Array.from({ length: 12 }, digit).join(""));
}

/** The page's sheet as many times as there are numbers. Returns where the number stands on its page, in mm. */
async function copies(page, form, all) {
  await page.locator(`input[data-form="${form}"]`).check();
  await page.emulateMedia({ media: "print" });
  return page.evaluate(
    ({ form, all }) => {
      const wrapper = document.querySelector(".sheets");
      const fill = (sheets, number) => {
        sheets.querySelectorAll(".sheet-number").forEach((line) => {
          line.querySelectorAll("span").forEach((span, index) => (span.textContent = number.slice(index * 4, index * 4 + 4)));
        });
      };
      for (const number of all.slice(1)) {
        const copy = wrapper.cloneNode(true);
        copy.id = `sheet-${number}`;
        fill(copy, number);
        wrapper.parentElement.append(copy);
      }
      fill(wrapper, all[0]);
      const sheet = wrapper.querySelector(`.sheet.${form}`);
      const [paper, line] = [sheet, sheet.querySelector(".sheet-number")].map((one) => one.getBoundingClientRect());
      const mm = paper.width / 210;
      const place = (rect) => ({ x: (rect.left - paper.left) / mm, y: (rect.top - paper.top) / mm, width: rect.width / mm, height: rect.height / mm });
      const style = getComputedStyle(sheet.querySelector(".sheet-number"));
      const to = sheet.querySelector(".sheet-to");
      const last = Math.max(...[...sheet.querySelectorAll("*")].map((one) => one.getBoundingClientRect().bottom));
      return {
        number: place(line),
        points: (parseFloat(style.fontSize) * 72) / 96,
        to: to && place(to.getBoundingClientRect()),
        bottom: (last - paper.top) / mm,
      };
    },
    { form, all },
  );
}

/** The picture of a page in the netpbm form that it came in: width, height and where its pixels begin. */
function netpbm(bytes, fields) {
  const head = [];
  let at = 0;
  while (head.length < fields) {
    let end = at;
    while (!/\s/.test(String.fromCharCode(bytes[end]))) end += 1;
    head.push(bytes.toString("latin1", at, end));
    at = end + 1;
  }
  return { width: Number(head[1]), height: Number(head[2]), at };
}

/** Every row of a bitmap twice: the pixels of a standard fax are twice as high as wide, which OCR does not know. */
function doubled(bytes) {
  const { width, height, at } = netpbm(bytes, 3);
  const stride = Math.ceil(width / 8);
  const rows = [Buffer.from(`P4\n${width} ${height * 2}\n`)];
  for (let row = 0; row < height; row += 1) {
    const line = bytes.subarray(at + row * stride, at + (row + 1) * stride);
    rows.push(line, line);
  }
  return Buffer.concat(rows);
}

/** Reads the number of every page of `pdf`, as it looks with these dots per inch. */
async function read(pdf, folder, { number }, x, y) {
  await mkdir(folder, { recursive: true });
  // Within the frame: what the eye of a person picks out.
  const [left, top, wide, high] = [number.x + 2, number.y + 1.5, number.width - 4, number.height - 3];
  const dots = (mm, dpi) => `${Math.round((mm / MM_PER_INCH) * dpi)}`;
  const cut = ["-x", dots(left, x), "-y", dots(top, y), "-W", dots(wide, x), "-H", dots(high, y)];
  await run("pdftoppm", ["-mono", "-rx", `${x}`, "-ry", `${y}`, ...cut, pdf, join(folder, "n")]);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".pbm")).sort();
  if (x > y * 1.5) {
    for (const file of files) await writeFile(join(folder, file), doubled(await readFile(join(folder, file))));
  }
  const found = new Array(files.length);
  const waiting = files.map((file, index) => ({ file, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const asked = [join(folder, next.file), "-", "--psm", "7", "--dpi", "200", "-l", "eng", "-c", "tessedit_char_whitelist=0123456789 "];
      const { stdout } = await run("tesseract", asked, { env: { ...process.env, OMP_THREAD_LIMIT: "1" } });
      found[next.index] = stdout.replace(/\s/g, "");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}

/** Every dot is black or white when nothing is smoothed: no colour and no grey is in the page. */
async function isBlackOnly(pdf, folder) {
  const options = ["-r", "72", "-aa", "no", "-aaVector", "no", "-f", "1", "-l", "1", "-singlefile"];
  await run("pdftoppm", [...options, pdf, join(folder, "colours")]);
  const bytes = await readFile(join(folder, "colours.ppm"));
  const dots = bytes.subarray(netpbm(bytes, 4).at);
  const black = dots.filter((value) => value === 0).length;
  assert.ok(dots.every((value) => value === 0 || value === 255), "a dot is neither black nor white");
  assert.ok(black > dots.length / 100, "something is printed");
}

async function isBare(pdf, count) {
  const { stdout: text } = await run("pdftotext", [pdf, "-"]);
  assert.equal(text.split("\f").length - 1, count, "one page for each sheet");
  assert.doesNotMatch(text, /https?:|www\.|localhost|127\.0\.0\.1|\/send\/|K-[0-9A-Z]{4}-[0-9A-Z]{4}/i, "no link, no full reference");
}

async function judge(page, { state, form, url, language }, folder) {
  await page.emulateMedia({ media: "screen" });
  await page.goto(url);
  const all = numbers(COPIES);
  const place = await copies(page, form, all);
  assert.ok(place.points >= 28, `the number has ${place.points} points`);
  assert.ok(place.bottom < 290, `${state} ${form}: the sheet ends at ${place.bottom} mm`);
  if (place.to) {
    // Which recipient it is says which envelope: the Japanese one has its window at the top, DL further down.
    const [from, to] = state === "sent-phone" ? [12, 36] : [57, 81];
    const { x, y, width, height } = place.to;
    assert.ok(x >= 20 && x + width <= 86 && y >= from && y + height <= to, `the address is not in the window: ${JSON.stringify(place.to)}`);
  }
  const name = `${state}-${form}-${language}`;
  const pdf = join(folder, `${name}.pdf`);
  await page.pdf({ path: pdf, preferCSSPageSize: true });
  await isBare(pdf, COPIES);
  await isBlackOnly(pdf, folder);
  const right = async (x, y) => {
    const found = await read(pdf, join(folder, `${name}-${x}x${y}`), place, x, y);
    const wrong = all.filter((number, index) => found[index] !== number);
    console.log(`${name}: ${COPIES - wrong.length} of ${COPIES} numbers read at ${x} x ${y} dpi`);
    return COPIES - wrong.length;
  };
  assert.equal(await right(200, 200), COPIES, "numbers that are read at fine resolution");
  // People read this, too; OCR is not made for dots that are twice as high as wide, and is only told of.
  await right(204, 98);
}

const kept = process.env.KAKITOME_SHOTS;
const folder = kept ?? (await mkdtemp(join(tmpdir(), "sheet-")));
await mkdir(folder, { recursive: true });
try {
  await withGallery(({ states }) =>
    withBrowser(async (browser) => {
      const page = await browser.newPage({ viewport: { width: 1000, height: 1200 } });
      for (const { state, form } of SHEETS) {
        const found = states.find((one) => one.name === state && one.language === "ja");
        await judge(page, { ...found, state, form }, folder);
      }
    }),
  );
} finally {
  if (!kept) await rm(folder, { recursive: true, force: true });
}
