// The check page asks whether flagged recipients were asked.

/** Ticks every recipient that has flags. */
export async function tick(page) {
  for (const box of await page.locator("input[name^=confirm-]").all()) await box.check();
}
