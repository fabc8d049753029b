// How much travels for a page, as it is served: for recipients at most 15 KiB in 3 requests, all in all and with the heads of
// the answers; for staff at most 40 KiB of scripts. Measured by the browser, with an empty cache.
import { withBrowser, withGallery } from "./gallery.mjs";

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

await withGallery(({ states }) =>
  withBrowser(async (browser) => {
    const faults = [];
    const most = { recipient: 0, requests: 0, scripts: 0 };
    const page = await browser.newPage();
    for (const { screen, name, language, url } of states) {
      // A problem's page is the same for both; its bounds are the recipients'.
      const forRecipients = ["recipient", "problems"].includes(screen);
      const answers = await travelled(page, url);
      const scripts = sum(answers.filter(({ type }) => type === "Script"));
      most.scripts = Math.max(most.scripts, scripts);
      if (scripts > STAFF_SCRIPTS) faults.push(`${name} (${language}): ${scripts} bytes of scripts, at most ${STAFF_SCRIPTS}`);
      if (!forRecipients) continue;
      most.recipient = Math.max(most.recipient, sum(answers));
      most.requests = Math.max(most.requests, answers.length);
      if (sum(answers) > RECIPIENT.bytes) faults.push(`${name} (${language}): ${sum(answers)} bytes, at most ${RECIPIENT.bytes}`);
      if (answers.length > RECIPIENT.requests) faults.push(`${name} (${language}): ${answers.length} requests, at most ${RECIPIENT.requests}`);
    }
    if (faults.length > 0) console.log(faults.join("\n"));
    console.log(`sizes: recipients' pages up to ${most.recipient} bytes in ${most.requests} requests, scripts up to ${most.scripts} bytes, ${faults.length} faults`);
    process.exitCode = faults.length > 0 ? 1 : 0;
  }),
);
