// How a page is looked at: width, zoom, colours, paper; with scripts and without.
const phone = { viewport: { width: 390, height: 844 } };
const desk = { viewport: { width: 1280, height: 1024 } };

/** Everyday: what most people hold in their hand. */
export const EVERYDAY = [{ name: "390", options: phone }];

const seen = [
  ...EVERYDAY,
  { name: "320", options: { viewport: { width: 320, height: 568 } } },
  { name: "1280", options: desk },
  // 1280 by 1024 at 400 % are 320 by 256 CSS pixels of four device pixels (WCAG 2.2, 1.4.10).
  { name: "400%", options: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 } },
  { name: "dark", options: { ...phone, colorScheme: "dark" } },
  { name: "forced colours", options: { ...phone, forcedColors: "active" } },
  // The width of A4 between margins of 15 mm.
  { name: "print", options: { viewport: { width: 680, height: 1010 } }, media: "print" },
];

/** All of it. */
export const FULL = [true, false].flatMap((scripts) =>
  seen.map(({ name, options, media }) => ({
    name: scripts ? name : `${name} without scripts`,
    options,
    media,
    scripts,
  })),
);
