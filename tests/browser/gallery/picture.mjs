// What a page looks like, as text: one character per square of 16 CSS pixels. A grey square is its mean brightness, 0 (black)
// to f (white); a coloured one is the letter of its hue. Such a picture is small, is read in a diff, and does not mind how a
// glyph's edge is smoothed; it does mind a block that moved, vanished, grew or changed its colour.

const SQUARE = 16;
/** Steps of brightness, of 16, that smoothing and hinting may make. */
const STEPS = 2;
/** Part of the squares that may be further off. */
const TOLERANCE = 0.01;

/** Draws `page` as lines of text. `painter` is a blank page, whose canvas no content security policy forbids. */
export async function draw(page, painter) {
  const png = await page.screenshot({ fullPage: true, animations: "disabled", caret: "hide", scale: "css" });
  return painter.evaluate(squares, [png.toString("base64"), SQUARE]);
}

/** Inside of the blank page. */
async function squares([png, square]) {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const [across, down] = [Math.ceil(image.width / square), Math.ceil(image.height / square)];
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const hue = (red, green, blue) => {
    const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    const spread = most - least;
    const turn = most === red ? ((green - blue) / spread + 6) % 6 : most === green ? (blue - red) / spread + 2 : (red - green) / spread + 4;
    return "RYGCBM"[Math.round(turn) % 6];
  };
  const character = (x, y) => {
    const { data } = context.getImageData(x * square, y * square, square, square);
    const sum = [0, 0, 0, 0];
    data.forEach((value, index) => (sum[index % 4] += value));
    // A square at the border is drawn in part; the rest is transparent.
    const [red, green, blue] = sum.map((channel) => (channel * 255) / sum[3]);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 64) return hue(red, green, blue);
    return Math.round((0.2126 * red + 0.7152 * green + 0.0722 * blue) / 17).toString(16);
  };
  const lines = Array.from({ length: down }, (_, y) => Array.from({ length: across }, (_, x) => character(x, y)).join(""));
  return `${lines.join("\n")}\n`;
}

/** How `seen` differs from what was `accepted`; nothing when it does not, within the tolerance. */
export function differs(accepted, seen) {
  const [before, after] = [accepted, seen].map((text) => text.trimEnd().split("\n"));
  if (Math.abs(before.length - after.length) > 1) return `${after.length * SQUARE} px high, was ${before.length * SQUARE}`;
  if (before[0].length !== after[0].length) return `${after[0].length * SQUARE} px wide, was ${before[0].length * SQUARE}`;
  let off = 0;
  before.forEach((line, y) => [...line].forEach((was, x) => (off += far(was, (after[y] ?? line)[x]))));
  const part = off / (before.length * before[0].length);
  return part > TOLERANCE ? `${off} squares differ (${(part * 100).toFixed(1)} %)` : null;
}

function far(was, is) {
  if (was === is) return 0;
  const [one, other] = [was, is].map((character) => ("RYGCBM".includes(character) ? NaN : parseInt(character, 16)));
  return Math.abs(one - other) <= STEPS ? 0 : 1;
}
