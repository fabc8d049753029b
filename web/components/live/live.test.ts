// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live } from "./live";

customElements.define("kk-live", Live);

const PAGE = (status: string) => `<kk-live><p id="row" data-say="suzuki: ${status}">${status}</p></kk-live>`;

interface Answer {
  status: number;
  markup?: string;
  path?: string;
  tag?: string;
}

let answers: Answer[] = [];
let asked: Record<string, string>[] = [];

class Request {
  responseType = "";
  timeout = 0;
  status = 0;
  responseURL = "";
  responseXML: Document | null = null;
  onload = () => {};
  #headers: Record<string, string> = {};
  #answer: Answer = { status: 0 };
  open() {}
  setRequestHeader(name: string, value: string) {
    this.#headers[name] = value;
  }
  getResponseHeader() {
    return this.#answer.tag ?? null;
  }
  send() {
    asked.push(this.#headers);
    const answer = answers.shift();
    if (!answer) return;
    this.#answer = answer;
    this.status = answer.status;
    this.responseURL = `${location.origin}${answer.path ?? location.pathname}`;
    this.responseXML = answer.markup === undefined ? null : new DOMParser().parseFromString(answer.markup, "text/html");
    this.onload();
  }
}

let visible = true;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", Request);
  Object.defineProperty(document, "visibilityState", { get: () => (visible ? "visible" : "hidden"), configurable: true });
  [answers, asked, visible] = [[], [], true];
  document.body.innerHTML = `<p id="status"></p>${PAGE("waiting")}`;
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

const said = () => document.getElementById("status")!.textContent;
const row = () => document.getElementById("row")!.textContent;

test("news are shown and said, and asking says that nobody is there", () => {
  answers = [{ status: 200, markup: PAGE("collected"), tag: '"one"' }, { status: 304 }];
  vi.advanceTimersByTime(4_000);
  expect([row(), said()]).toEqual(["collected", "suzuki: collected"]);
  vi.advanceTimersByTime(4_000);
  expect(asked).toEqual([{ "Kakitome-Watch": "1" }, { "Kakitome-Watch": "1", "If-None-Match": '"one"' }]);
});

test("without news it asks less and less often", () => {
  answers = Array.from({ length: 40 }, () => ({ status: 304 }));
  vi.advanceTimersByTime(60_000);
  expect(asked.length).toBeLessThan(7);
  const before = asked.length;
  vi.advanceTimersByTime(600_000);
  expect(asked.length - before).toBeLessThanOrEqual(11);
  expect(said()).toBe("");
});

test("a page that nobody sees does not ask; seen again it does", () => {
  visible = false;
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(600_000);
  expect(asked.length).toBe(0);
  visible = true;
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(4_000);
  expect(asked.length).toBe(1);
});

test("a locked session, another page and a refusal end it", () => {
  for (const answer of [{ status: 200, markup: PAGE("collected"), path: "/unlock" }, { status: 403, markup: "" }, { status: 200, markup: "<p></p>" }]) {
    document.body.innerHTML = `<p id="status"></p>${PAGE("waiting")}`;
    [answers, asked] = [[answer], []];
    vi.advanceTimersByTime(4_000);
    document.dispatchEvent(new Event("visibilitychange"));
    vi.advanceTimersByTime(600_000);
    expect([asked.length, row()]).toEqual([1, "waiting"]);
  }
});

test("after a broken line it waits until the line is back", () => {
  vi.advanceTimersByTime(600_000);
  expect(asked.length).toBe(1);
  dispatchEvent(new Event("online"));
  answers = [{ status: 200, markup: PAGE("collected") }];
  vi.advanceTimersByTime(4_000);
  expect(row()).toBe("collected");
});
