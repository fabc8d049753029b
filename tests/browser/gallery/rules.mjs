// What holds for every page whatever it shows. The function runs inside of the page, by roles and general rules, so that it
// needs no knowledge of our markup.

/** CSS pixels that a finger needs (screens.md: targets of 44 px and more; WCAG 2.2, 2.5.5). */
export const TARGET = 44;

/** Faults as `{ rule, text }`. `told` has `language`, `office`, `target` (false: not measured) and `paper`. */
export function faultsOf(told) {
  const faults = [];
  const fault = (rule, text) => faults.push({ rule, text });
  const short = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const words = (element.getAttribute("aria-label") ?? element.innerText ?? element.value ?? "").trim();
    return `<${element.localName}${id}> ${words.replace(/\s+/g, " ").slice(0, 30)}`.trim();
  };
  const box = (element) => element.getBoundingClientRect();
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Hidden from eyes until it has the focus, or for good: no target of a finger.
  const clipped = (element) => {
    const { clipPath, width, height } = getComputedStyle(element);
    const { right, bottom } = box(element);
    return clipPath === "inset(50%)" || (parseFloat(width) <= 1 && parseFloat(height) <= 1) || right <= 0 || bottom <= 0;
  };

  const head = () => {
    // A notice sheet is printed without the page around it.
    const headings = [...document.querySelectorAll("h1")].filter((heading) => told.paper || shown(heading));
    if (headings.length !== 1) fault("one h1", `${headings.length}`);
    if (!document.title.endsWith(` - ${told.office}`)) fault("title", document.title);
    if (document.documentElement.lang !== told.language) fault("lang", document.documentElement.lang);
    if (document.documentElement.outerHTML.includes("⟦")) fault("missing text", document.body.innerText.match(/⟦[^⟧]*⟧?/)?.[0] ?? "");
    if (document.querySelectorAll("main").length !== 1) fault("one main", `${document.querySelectorAll("main").length}`);
  };

  const width = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return;
    const wide = [...document.body.querySelectorAll("*")].filter((element) => shown(element) && box(element).right > clientWidth + 1);
    fault("horizontal scroll", `${scrollWidth} > ${clientWidth}: ${wide.slice(-2).map(short).join("; ")}`);
  };

  // Text cut off by its own box, unless the box scrolls or is hidden from eyes on purpose.
  const cut = () => {
    for (const element of document.body.querySelectorAll("*")) {
      const { overflowX, textOverflow, display } = getComputedStyle(element);
      if (!["hidden", "clip"].includes(overflowX) || textOverflow === "ellipsis" || display === "inline") continue;
      // A field scrolls by itself, whatever is typed into it.
      if (!shown(element) || clipped(element) || element.closest("svg") || element.localName === "input") continue;
      if (element.scrollWidth > element.clientWidth + 1) fault("cut off", short(element));
    }
  };

  // A link in a sentence may be as small as its words (WCAG 2.2, 2.5.8: inline).
  const inSentence = (link) => {
    if (!getComputedStyle(link).display.startsWith("inline")) return false;
    const block = link.parentElement.closest("p, li, dd, dt, td, th, div, section, main, legend, figcaption, label");
    if (!block) return false;
    const rest = block.cloneNode(true);
    rest.querySelectorAll("a, button, script").forEach((element) => element.remove());
    return /[\p{L}\p{N}]/u.test(rest.textContent);
  };

  const targets = () => {
    const wanted = "button, input:not([type=hidden]), select, textarea, summary, a[href], [role=button], [role=option], [role=switch]";
    for (const element of document.querySelectorAll(wanted)) {
      const labels = [...(element.labels ?? [])];
      const hidden = !shown(element) || clipped(element);
      if (hidden && !labels.some((label) => shown(label) && !clipped(label))) continue;
      if (element.localName === "a" && inSentence(element)) continue;
      // A label passes the click on, so it is part of the target of ticks, radio buttons and hidden file inputs.
      const carried = hidden || ["checkbox", "radio"].includes(element.type) ? labels.filter(shown) : [];
      const boxes = [...(hidden ? [] : [element]), ...carried].map(box);
      const across = Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left));
      const down = Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top));
      if (across + 0.5 < told.target || down + 0.5 < told.target) {
        fault("target size", `${Math.round(across)}×${Math.round(down)} ${short(element)}`);
      }
    }
  };

  // Secrets travel in bodies and fragments, which no server and no log sees.
  const secrets = () => {
    const names = /csrf|secret|number|password|token|code|phrase/i;
    const kept = [...document.querySelectorAll("input")].filter((input) => names.test(input.name) && input.value.length > 3);
    const values = kept.map((input) => input.value);
    const shownSecrets = document.documentElement.outerHTML.match(/kkt_[0-9a-z]{20,}/g) ?? [];
    const urls = [...document.querySelectorAll("[href], [src], [action], [formaction]")].flatMap((element) =>
      ["href", "src", "action", "formaction"].map((name) => element.getAttribute(name) ?? "").filter(Boolean),
    );
    for (const url of [...urls, location.href]) {
      const seen = decodeURIComponent(url.split("#")[0]);
      if ([...values, ...shownSecrets].some((secret) => seen.includes(secret))) fault("secret in URL", url);
    }
    for (const form of document.querySelectorAll("form:not([method=post])")) {
      const carried = [...form.elements].find((element) => names.test(element.name ?? ""));
      if (carried && form.method === "get") fault("secret in URL", `a form of method get has ${carried.name}`);
    }
  };

  const tabs = () => {
    const forced = [...document.querySelectorAll("[tabindex]")].find((element) => element.tabIndex > 0);
    if (forced) fault("focus order", `tabindex above 0: ${short(forced)}`);
  };

  head();
  width();
  if (!told.paper) cut();
  if (told.target) targets();
  secrets();
  tabs();
  return faults;
}
