// The judges themselves: each fault, put into a page on purpose, is found; a page without faults has none.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { withBrowser } from "../stage.mjs";
import { judgeAxe, open } from "./look.mjs";
import { onPages } from "./gallery.mjs";
import { walkByTab } from "./focus.mjs";
import { invalid } from "./markup.mjs";
import { differs } from "./picture.mjs";
import { TARGET, faultsOf } from "./rules.mjs";

const style = "a, button, input { display: inline-block; min-height: 44px; min-width: 44px } :focus { outline: 4px solid #000 }";
const page = (body, { title = "A page - Office", head = "" } = {}) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style>${head}</head>` +
  `<body><main>${body}</main></body></html>`;
const h1 = "<h1>A page</h1>";

/** Rule that must be found, and the page that breaks it. */
const BROKEN = [
  ["one h1", page("<h2>No first heading</h2>")],
  ["one h1", page(`${h1}${h1}`)],
  ["title", page(h1, { title: "Office" })],
  ["lang", page(h1).replace('lang="en"', 'lang="ja"')],
  ["missing text", page(`${h1}<p>⟦a-key⟧</p>`)],
  ["one main", page(`${h1}</main><main>`)],
  ["horizontal scroll", page(`${h1}<div style="width: 5000px">wide</div>`)],
  ["cut off", page(`${h1}<p style="width: 60px; overflow: hidden; white-space: nowrap">words that are too long for it</p>`)],
  ["target size", page(`${h1}<button style="min-height: 0; height: 20px">Go</button>`)],
  ["target size", page(`${h1}<p><a href="#a" style="display: inline; min-height: 0">alone</a></p>`)],
  ["secret in URL", page(`${h1}<form method="post" action="/r/hidden9"><input type="hidden" name="secret" value="hidden9"></form>`)],
  ["secret in URL", page(`${h1}<form method="get"><input name="number" aria-label="Number"></form>`)],
  ["focus order", page(`${h1}<button tabindex="2">One</button><button tabindex="1">Two</button>`)],
  ["focus not visible", page(`${h1}<button style="outline: none">Go</button>`)],
  ["focus out of view", page(`${h1}<button style="position: fixed; left: -900px">Go</button>`)],
  ["not reached by Tab", page(`${h1}<div inert></div><button id="b">Go</button><button>On</button>`, { head: "<script>addEventListener('keydown', (e) => e.preventDefault())</script>" })],
  ["content security policy", page(`${h1}<img alt="none" src="https://example.invalid/a.png">`)],
  ["request", page(h1, { head: '<link rel="stylesheet" href="/gone.css">' })],
  ["page error", page(h1, { head: "<script>throw new Error('broken')</script>" })],
  ["axe image-alt", page(`${h1}<img src="/a.png">`)],
  ["axe color-contrast", page(`${h1}<p style="color: #bbb">pale</p>`)],
  ["html no-dup-id", page(`${h1}<p id="a">One</p><p id="a">Two</p>`)],
];
const SOUND = page(`${h1}<p>A <a href="#a" style="display: inline; min-height: 0">link</a> in a sentence.</p><button>Go</button>`);

async function found(page, url, html) {
  const before = await open(page, url, { scripts: html !== SCRIPTED });
  const ruled = await page.evaluate(faultsOf, { language: "en", office: "Office", target: TARGET });
  const all = [...before, ...ruled, ...(await walkByTab(page)), ...(await judgeAxe(page)), ...(await invalid(html))];
  return all.map(({ rule, text }) => [rule, text]);
}

/** Sound until its script runs. */
const SCRIPTED = page(`${h1}<script>document.querySelector("h1").hidden = true</script>`);
const pages = [...BROKEN.map(([, html]) => html), SOUND, SCRIPTED];
const server = createServer((request, response) => {
  const html = pages[Number(request.url.slice(1))];
  const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";
  response.writeHead(html ? 200 : 404, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
  response.end(html ?? "");
});
await once(server.listen(0, "127.0.0.1"), "listening");
const base = `http://127.0.0.1:${server.address().port}`;
await withBrowser((browser) =>
  onPages(browser, { viewport: { width: 390, height: 844 } }, [...pages.entries()], async (page, [index, html]) => {
    const all = await found(page, `${base}/${index}`, html);
    const rule = BROKEN[index]?.[0];
    if (rule) assert.ok(all.some(([is]) => is === rule), `${rule} is not found in ${html}\n${all.join("\n")}`);
    else assert.deepEqual(all.filter(([is]) => !is.startsWith("html")), []);
  }),
);
server.close();

assert.equal(differs("ff0f\n".repeat(50), "ff1f\n".repeat(50)), null, "smoothing");
for (const other of ["fff0\n".repeat(50), "ffRf\n".repeat(50), "ff0f\n".repeat(60), "ff0ff\n".repeat(50)]) {
  assert.ok(differs("ff0f\n".repeat(50), other), other);
}
assert.ok(differs("ffRf\n", "ffGf\n"), "another colour");
console.log(`judges: ${BROKEN.length} broken pages found out`);
