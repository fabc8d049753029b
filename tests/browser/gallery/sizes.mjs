// How much travels for a page, as it is served: for recipients at most 15 KiB in 3 requests, all in all and with the heads of
// the answers; for staff at most 40 KiB of scripts. Measured by the browser, with an empty cache.
import { readdir, stat } from "node:fs/promises";
import { withBrowser } from "../stage.mjs";
import { onPages, withGallery } from "./gallery.mjs";

const KIB = 1024;
const RECIPIENT = { bytes: 15 * KIB, requests: 3 };
const STAFF_SCRIPTS = 40 * KIB;

/** Loads `url` in `page` and returns what travelled: kind and bytes of each answer. */
async function travelled(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const answers = new Map();
  session.on("Network.responseReceived", ({ requestId, type }) => answers.set(requestId, { type, bytes: 0 }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    answers.get(requestId).bytes = encodedDataLength;
  });
  await page.goto(url, { waitUntil: "networkidle" });
  await session.detach();
  return [...answers.values()];
}

const sum = (answers) => answers.reduce((total, { bytes }) => total + bytes, 0);

const faults = [];
const most = { recipient: 0, requests: 0, scripts: 0 };

function judge({ screen, name, language }, answers) {
  const fault = (what, is, limit) => is > limit && faults.push(`${name} (${language}): ${is} ${what}, at most ${limit}`);
  const scripts = sum(answers.filter(({ type }) => type === "Script"));
  most.scripts = Math.max(most.scripts, scripts);
  fault("bytes of scripts", scripts, STAFF_SCRIPTS);
  // A problem's page is for both; its bounds are the recipients'.
  if (!["recipient", "problems"].includes(screen)) return;
  most.recipient = Math.max(most.recipient, sum(answers));
  most.requests = Math.max(most.requests, answers.length);
  fault("bytes", sum(answers), RECIPIENT.bytes);
  fault("requests", answers.length, RECIPIENT.requests);
}

/** All scripts there are, also those that a page loads only when they are needed. */
async function builtScripts() {
  const folder = new URL("../../../web/dist/assets/", import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js.br"));
  const sizes = await Promise.all(files.map(async (file) => (await stat(new URL(file, folder))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > STAFF_SCRIPTS) faults.push(`all scripts together: ${total} bytes, at most ${STAFF_SCRIPTS}`);
  return total;
}

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    await onPages(browser, {}, states, async (page, state) => judge(state, await travelled(page, state.url)));
    const built = await builtScripts();
    if (faults.length > 0) console.log(faults.join("\n"));
    const recipient = `recipients' pages up to ${most.recipient} bytes in ${most.requests} requests`;
    console.log(`sizes: ${recipient}, scripts of a page up to ${most.scripts} bytes, all ${built}, ${faults.length} faults`);
    process.exitCode = faults.length > 0 ? 1 : 0;
  }),
);
