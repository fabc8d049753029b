// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Collect } from "./collect";

customElements.define("kk-collect", Collect);

const page = (state: string, open: boolean) => `<kk-collect>
  <span id="file-1">a.pdf</span><a download href="/r/x/files/1">Download</a>
  <p id="state-1" data-live data-of="file-1"${open ? " data-open" : ""}>${state}</p>
  <div id="finish" data-live>${open ? "" : "<form></form>"}</div>
</kk-collect><p id="status"></p>`;

let answers: { status: number; html: string }[] = [];
const asked = vi.fn();

class Request {
  onload: (() => void) | undefined;
  status = 0;
  responseType = "";
  responseXML: Document | null = null;
  open(): void {}
  setRequestHeader(name: string): void {
    asked(name);
  }
  send(): void {
    const answer = answers.shift();
    if (!answer) return;
    this.status = answer.status;
    this.responseXML = new DOMParser().parseFromString(answer.html, "text/html");
    this.onload?.();
  }
}

const show = (hidden: boolean) => Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
const click = () => document.querySelector("a")!.dispatchEvent(new Event("click", { bubbles: true }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", Request);
  asked.mockReset();
  show(false);
  document.body.innerHTML = page("", true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("that everything was collected is said, although the heading is far above", () => {
  const whole = (title: string, open: boolean) => page(open ? "" : "Collected", open).replace("<span", `<h1 id="title" data-live data-say>${title}</h1><span`);
  document.body.innerHTML = whole("Collect", true);
  answers = [{ status: 200, html: whole("You have everything", false) }];
  click();
  vi.advanceTimersByTime(60_000);
  expect(document.querySelector("h1")!.textContent).toBe("You have everything");
  expect(document.getElementById("status")!.textContent).toBe("You have everything a.pdf Collected");
});

test("what was collected becomes visible, is said, and ends the watch", () => {
  answers = [{ status: 200, html: page("", true) }, { status: 200, html: page("Collected", false) }];
  vi.advanceTimersByTime(60_000);
  expect(asked).not.toHaveBeenCalled();
  click();
  vi.advanceTimersByTime(60_000);
  expect(document.getElementById("state-1")!.textContent).toBe("Collected");
  expect(document.querySelector("form")).not.toBeNull();
  expect(document.getElementById("status")!.textContent).toBe("a.pdf Collected");
  expect(asked.mock.calls).toEqual([["Kakitome-Watch"], ["Kakitome-Watch"]]);
});

test("a hidden page rests", () => {
  answers = [{ status: 200, html: page("", true) }];
  click();
  show(true);
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(asked).not.toHaveBeenCalled();
  show(false);
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(asked).toHaveBeenCalled();
});

test("a session that has ended is asked once", () => {
  answers = [{ status: 403, html: "<p>ended</p>" }];
  click();
  vi.advanceTimersByTime(120_000);
  expect(asked).toHaveBeenCalledOnce();
  expect(document.getElementById("state-1")!.textContent).toBe("");
});
