// Lighthouse's grades for one page of each kind: mobile, with its throttled line and processor. `http://localhost` is a secure
// context by the standard, so the gallery needs no certificate for this.
import { mkdir, writeFile } from "node:fs/promises";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { BROWSER } from "../stage.mjs";
import { pick } from "./chosen.mjs";
import { withGallery } from "./gallery.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const KINDS = [
  { grades: [99, 100, 100], names: ["r", "locked", "locked-wrong", "files", "closed", "expired"] },
  { grades: [95, 100, 100], names: ["sign-in", "send-empty", "send", "check", "sent", "transfers", "transfer", "me"] },
];
const RESULTS = new URL("../../../test-results/lighthouse/", import.meta.url);

/** Grades of 0 to 100 in the order of CATEGORIES, and the audits that are not passed. */
async function graded(url, port) {
  const { lhr } = await lighthouse(url, { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const grades = CATEGORIES.map((id) => Math.round(lhr.categories[id].score * 100));
  const weighed = CATEGORIES.flatMap((id) => lhr.categories[id].auditRefs).filter(({ weight }) => weight > 0);
  const poor = weighed.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 0.9);
  return { grades, poor: poor.map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`.trim()), lhr };
}

await withGallery(async ({ states }) => {
  await mkdir(RESULTS, { recursive: true });
  const chrome = await launch({ chromePath: BROWSER, chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu"], logLevel: "error" });
  let faults = 0;
  try {
    for (const { grades: wanted, names } of KINDS) {
      for (const { name, url } of pick(states, names, "ja")) {
        const { grades, poor, lhr } = await graded(url.replace("127.0.0.1", "localhost"), chrome.port);
        const short = grades.some((grade, index) => grade < wanted[index]);
        faults += short ? 1 : 0;
        console.log(`${short ? "FAULT" : "ok   "} ${grades.join("/")} of ${wanted.join("/")} ${name} ${poor.join(", ")}`);
        await writeFile(new URL(`${name}.json`, RESULTS), JSON.stringify(lhr));
      }
    }
  } finally {
    await chrome.kill();
  }
  console.log(`lighthouse: ${faults} pages below their grades`);
  process.exitCode = faults > 0 ? 1 : 0;
});
