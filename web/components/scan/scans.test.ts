// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Scans } from "./scans";
import { Uploads } from "../upload/uploads";

customElements.define("kk-scans", Scans);

const row = (id: string, word: string, pending: boolean) =>
  `<div class="scan" id="scan-${id}" data-scan="${id}"${pending ? " data-pending" : ""}><p>${word}</p></div>`;
const page = (rows: string, summary: string) =>
  `<kk-stay data-here="/send/1/check"><ul>${rows}</ul><kk-scans><div id="scan-summary" data-scan="summary" data-say="${summary}">${summary}</div><p data-plain>look again</p></kk-scans></kk-stay>`;

let answers: { status: number; markup?: string; tag?: string; path?: string }[] = [];
let asked: [string, Record<string, string>][] = [];

class Request {
  responseType = "";
  timeout = 0;
  status = 0;
  responseURL = "";
  responseXML: Document | null = null;
  onload = () => {};
  #path = "";
  #tag: string | null = null;
  #headers: Record<string, string> = {};
  open(_: string, path: string) {
    this.#path = path;
  }
  setRequestHeader(name: string, value: string) {
    this.#headers[name] = value;
  }
  getResponseHeader() {
    return this.#tag;
  }
  send() {
    asked.push([this.#path, this.#headers]);
    const answer = answers.shift();
    if (!answer) return;
    [this.status, this.#tag] = [answer.status, answer.tag ?? null];
    this.responseURL = `${location.origin}${answer.path ?? this.#path}`;
    this.responseXML = answer.markup === undefined ? null : new DOMParser().parseFromString(answer.markup, "text/html");
    this.onload();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  Object.defineProperty(document, "visibilityState", { get: () => "visible", configurable: true });
  [answers, asked] = [[], []];
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const show = (markup: string) => (document.body.innerHTML = `<p id="status"></p>${markup}`);
const text = (id: string) => document.getElementById(id)!.textContent;

test("rows become what the gateway says, by the page's own address, and what is done is read out", () => {
  show(page(`<li data-file="a">${row("a", "waiting", true)}</li>`, "one left"));
  expect(document.querySelector<HTMLElement>("[data-plain]")!.hidden).toBe(true);
  answers = [{ status: 200, markup: page(`<li data-file="a">${row("a", "clean", false)}</li>`, "all done"), tag: '"two"' }, { status: 304 }];
  vi.advanceTimersByTime(1_500);
  expect([text("scan-a"), text("scan-summary"), text("status")]).toEqual(["clean", "all done", "all done"]);
  vi.advanceTimersByTime(1_500);
  expect(asked).toEqual([
    ["/send/1/check", { "Kakitome-Watch": "1" }],
    ["/send/1/check", { "Kakitome-Watch": "1", "If-None-Match": '"two"' }],
  ]);
});

test("a row that a script made is known by its file", () => {
  show(page(`<li data-file="b"><div class="scan" data-scan></div></li>`, ""));
  answers = [{ status: 200, markup: page(`<li data-file="b">${row("b", "clean", false)}</li>`, "") }];
  vi.advanceTimersByTime(1_500);
  expect(text("scan-b")).toBe("clean");
});

test("without news it asks less often, and least once nothing is pending", () => {
  const looks = (pending: boolean) => {
    show(page(`<li data-file="a">${row("a", "x", pending)}</li>`, ""));
    [answers, asked] = [Array.from({ length: 100 }, () => ({ status: 304 })), []];
    vi.advanceTimersByTime(600_000);
    document.body.replaceChildren();
    return asked.length;
  };
  const [scanning, scanned] = [looks(true), looks(false)];
  expect(scanning).toBeLessThan(45);
  expect(scanned).toBeLessThan(20);
});

test("a draft that was sent or discarded is not asked for again", () => {
  show(page(`<li data-file="a">${row("a", "waiting", true)}</li>`, ""));
  answers = [{ status: 200, markup: "<p>the transfer</p>", path: "/transfers/1" }];
  vi.advanceTimersByTime(600_000);
  expect([asked.length, text("scan-a")]).toEqual([1, "waiting"]);
});

test("while there is no draft nothing is asked for; what arrives is looked at soon", () => {
  show(page("", "").replace("/send/1/check", "/send/new"));
  const scans = document.querySelector<Scans>("kk-scans")!;
  vi.advanceTimersByTime(600_000);
  expect(asked.length).toBe(0);
  scans.closest<HTMLElement>("kk-stay")!.dataset["here"] = "/send/2";
  const { uploads } = scans;
  vi.spyOn(uploads, "items", "get").mockReturnValue([{ stage: "done" }] as unknown as Uploads["items"]);
  uploads.dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1_500);
  expect(asked.map(([path]) => path)).toEqual(["/send/2"]);
  vi.restoreAllMocks();
});
