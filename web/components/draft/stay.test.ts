// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Stay } from "./stay";
import { Draft } from "./draft";
import { uploads } from "../upload/uploads";

customElements.define("kk-stay", Stay);

let busy = true;
let asked: FakeRequest[] = [];

class FakeRequest extends EventTarget {
  method = "";
  url = "";
  body: unknown;
  responseType = "";
  responseURL = "";
  responseXML: Document | null = null;
  status = 0;
  open(method: string, url: string): void {
    [this.method, this.url] = [method, url];
  }
  send(body?: unknown): void {
    this.body = body;
    asked.push(this);
  }
  answer(html: string, status = 200): void {
    this.responseXML = new DOMParser().parseFromString(html, "text/html");
    this.status = status;
    this.dispatchEvent(new Event("loadend"));
  }
}

const page = (here: string, inner: string) =>
  `<title>${here}</title><body><nav class="languages"><a href="${here}?lang=en">English</a></nav>
   <main><kk-stay data-here="${here}" data-transfer="1" data-csrf="c"><h1>title</h1>${inner}</kk-stay></main></body>`;

beforeEach(() => {
  [busy, asked] = [true, []];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.spyOn(uploads, "busy", "get").mockImplementation(() => busy);
  vi.stubGlobal("scrollTo", () => undefined);
  Element.prototype.scrollIntoView = () => undefined;
  history.replaceState(null, "", "/send/1");
  document.body.innerHTML = page("/send/1", `<form action="/send/1/options"><input name="csrf" value="c"><input name="email" value="a@b.example">
    <button class="check">check</button><button formaction="/send/1/recipients" name="do" value="add" data-focus="to">add</button></form>
    <p data-part="offline" hidden>offline</p><a href="/send/1/check">check</a><a href="/transfers">list</a>`);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const submit = (selector: string): boolean => {
  const button = document.querySelector<HTMLButtonElement>(selector)!;
  return document.forms[0]!.dispatchEvent(new SubmitEvent("submit", { submitter: button, cancelable: true, bubbles: true }));
};

test("a form is posted in the background, and the page that answers takes the place of the present one", () => {
  expect(submit("button.check")).toBe(false);
  const [request] = asked;
  expect([request!.method, request!.url, String(request!.body)]).toEqual(["POST", "/send/1/options", "csrf=c&email=a%40b.example"]);
  expect(request!.responseType).toBe("document");
  request!.answer(page("/send/1/check", "<p>asked before sending</p>"));
  expect(location.pathname).toBe("/send/1/check");
  expect(document.title).toBe("/send/1/check");
  expect(document.querySelectorAll("main")).toHaveLength(1);
  expect(document.querySelector("main p")!.textContent).toBe("asked before sending");
  expect(document.activeElement).toBe(document.querySelector("h1"));
  expect(document.querySelector(".languages a")!.getAttribute("href")).toBe("/send/1/check?lang=en");
});

test("the pressed button says where to and where the focus goes; a refused form keeps the address", () => {
  submit("button[formaction]");
  expect([asked[0]!.url, String(asked[0]!.body)]).toEqual(["/send/1/recipients", "csrf=c&email=a%40b.example&do=add"]);
  asked[0]!.answer(page("/send/1", '<h2 id="to">to</h2>'));
  expect(document.activeElement!.id).toBe("to");
  expect(location.pathname).toBe("/send/1");
  document.querySelector("kk-stay")!.insertAdjacentHTML("beforeend", '<form action="/send/1/options"><button class="check">x</button></form>');
  submit("button.check");
  asked[1]!.answer(page("/send/1", '<div id="errors" tabindex="-1">wrong</div>'), 422);
  expect(document.activeElement!.id).toBe("errors");
});

test("back shows the page before without leaving", () => {
  submit("button.check");
  asked[0]!.answer(page("/send/1/check", ""));
  history.replaceState(null, "", "/send/1");
  dispatchEvent(new PopStateEvent("popstate"));
  expect([asked[1]!.method, asked[1]!.url]).toEqual(["GET", "/send/1"]);
  asked[1]!.answer(page("/send/1", "<p>again</p>"));
  expect(document.querySelector("main p")!.textContent).toBe("again");
  dispatchEvent(new PopStateEvent("popstate"));
  expect(asked).toHaveLength(2);
});

test("without files on their way the browser does what it always does", () => {
  busy = false;
  expect(submit("button.check")).toBe(true);
  expect(asked).toHaveLength(0);
});

test("only pages of the same draft are fetched", () => {
  const click = (selector: string) => {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    // jsdom would complain that it cannot navigate.
    addEventListener("click", (late) => late.preventDefault(), { once: true });
    document.querySelector(selector)!.dispatchEvent(event);
  };
  click('a[href="/transfers"]');
  expect(asked).toHaveLength(0);
  click('a[href="/send/1/check"]');
  expect(asked[0]!.url).toBe("/send/1/check");
});

test("a broken line is told, and what was typed stays", () => {
  submit("button.check");
  asked[0]!.dispatchEvent(new Event("loadend"));
  expect(document.querySelector<HTMLElement>("[data-part=offline]")!.hidden).toBe(false);
  expect(document.querySelector<HTMLInputElement>("[name=email]")!.value).toBe("a@b.example");
});

test("a draft that was just made gives its address to the page", () => {
  document.body.innerHTML = `<nav class="languages"><a href="/send/new?lang=en">English</a></nav><main><kk-stay data-here="/send/new">
    <form action="/send/new/options"><button formaction="/send/new/recipients">add</button></form><div data-made hidden></div></kk-stay></main>`;
  const stay = document.querySelector<Stay>("kk-stay")!;
  expect(stay.draft).toBeInstanceOf(Draft);
  stay.draft.id = "7";
  stay.draft.dispatchEvent(new Event("made"));
  expect(location.pathname).toBe("/send/7");
  expect(document.forms[0]!.getAttribute("action")).toBe("/send/7/options");
  expect(document.querySelector("button")!.getAttribute("formaction")).toBe("/send/7/recipients");
  expect(document.querySelector("a")!.getAttribute("href")).toBe("/send/7?lang=en");
  expect(document.querySelector<HTMLElement>("[data-made]")!.hidden).toBe(false);
});

test("when the session is over the page itself is asked for again: it is the way in", () => {
  const assign = vi.fn();
  vi.stubGlobal("location", { pathname: "/send/1", search: "?x=1", assign });
  submit("button.check");
  asked[0]!.answer("<main><h1>Sign in</h1></main>", 401);
  expect(assign).toHaveBeenCalledWith("/send/1?x=1");
});
