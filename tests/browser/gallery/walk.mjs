// Walks every state of every screen and looks at each page as machines can: axe, content security policy, HTML, focus, targets,
// width, titles. `KAKITOME_GALLERY=full` walks all views; without it each state is seen in both languages on a phone.
// `KAKITOME_STATES=PATTERN` keeps to the states whose screen or name matches.
//
// Ends with 0 when nothing is wrong; everything that is stands in test-results/gallery.json too.
import { mkdir, writeFile } from "node:fs/promises";
import { withBrowser } from "../stage.mjs";
import { named, onPages, withGallery } from "./gallery.mjs";
import { invalid } from "./markup.mjs";
import { walkByTab } from "./focus.mjs";
import { judgeAxe, open } from "./look.mjs";
import { TARGET, faultsOf } from "./rules.mjs";
import { EVERYDAY, FULL } from "./views.mjs";

const RESULTS = new URL("../../../test-results/", import.meta.url);

class Walk {
  constructor(gallery) {
    this.gallery = gallery;
    this.faults = [];
    this.pages = 0;
  }

  add(state, view, faults) {
    const { screen, name, language } = state;
    for (const { rule, text } of faults) this.faults.push({ rule, text, screen, state: name, language, view });
  }

  /** The page as served: its markup and what its headers say. */
  async served(state) {
    const answer = await fetch(state.url);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const faults = await invalid(await answer.text());
    if (!policy.includes("trusted-types 'none'")) faults.push({ rule: "headers", text: `the policy is: ${policy}` });
    if (answer.headers.has("content-encoding")) faults.push({ rule: "headers", text: "a page is packed (BREACH)" });
    this.add(state, "served", faults);
  }

  async view(browser, { name, options, media, scripts }, states) {
    await onPages(browser, options, states, async (page, state) => {
      const before = await open(page, state.url, { media, scripts });
      const paper = media === "print";
      const told = { language: state.language, office: this.gallery.office, target: paper ? 0 : TARGET, paper };
      const ruled = await page.evaluate(faultsOf, told);
      const focused = paper ? [] : await walkByTab(page);
      const judged = await judgeAxe(page, { ...options, paper });
      this.add(state, name, [...before, ...ruled, ...focused, ...judged]);
      this.pages += 1;
    });
  }
}

/** The faults, by rule and words, with the pages that have them. */
function told(faults) {
  const groups = grouped(faults);
  const lines = [...groups].map(([what, list]) => {
    const places = [...new Set(list.map(({ state, language, view }) => `${state} (${language}, ${view})`))];
    return `${what}\n    ${named(places)}`;
  });
  return lines.sort().join("\n");
}

const key = ({ rule, text }) => `${rule}: ${text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")}`;

function grouped(faults) {
  const groups = new Map();
  for (const fault of faults) groups.set(key(fault), [...(groups.get(key(fault)) ?? []), fault]);
  return groups;
}

await withGallery(async (gallery) => {
  const walk = new Walk(gallery);
  const wanted = new RegExp(process.env.KAKITOME_STATES ?? "");
  const states = gallery.states.filter(({ screen, name }) => wanted.test(screen) || wanted.test(name));
  for (const state of states) await walk.served(state);
  const views = process.env.KAKITOME_GALLERY === "full" ? FULL : EVERYDAY;
  await withBrowser(async (browser) => {
    for (const view of views) await walk.view(browser, view, states);
  });
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL("gallery.json", RESULTS), JSON.stringify(walk.faults, null, 1));
  if (walk.faults.length > 0) console.log(told(walk.faults));
  console.log(`gallery: ${states.length} states, ${walk.pages} pages looked at, ${walk.faults.length} faults`);
  process.exitCode = walk.faults.length > 0 ? 1 : 0;
});
