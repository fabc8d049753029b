// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Leave } from "./leave";

customElements.define("kk-leave", Leave);

const opened = vi.fn();
const closed = vi.fn();
HTMLDialogElement.prototype.showModal = opened;
HTMLDialogElement.prototype.close = closed;

beforeEach(() => {
  opened.mockReset();
  closed.mockReset();
  document.body.innerHTML = `<a id="out" href="/transfers">list</a><a id="here" href="#main">main</a><a id="call" href="tel:03">03</a>
    <kk-leave><p data-told></p><form data-ticks></form><dialog><p data-untold="K-1">one</p><p data-untold="K-2">two</p>
    <button type="button" data-stay>stay</button><a data-go href="/">go</a></dialog></kk-leave>`;
});

const leaves = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));
const press = (id: string, init: MouseEventInit = {}) => {
  let prevented = false;
  // jsdom follows no links.
  const last = (click: Event) => {
    prevented = click.defaultPrevented;
    click.preventDefault();
  };
  addEventListener("click", last, { once: true });
  document.querySelector(id)!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
  return prevented;
};
const told = (reference: string) => document.querySelector("[data-told]")!.dispatchEvent(new CustomEvent("kk-told", { bubbles: true, detail: reference }));

test("leaving with untold numbers is asked about; telling them may leave", () => {
  expect(leaves()).toBe(false);
  document.forms[0]!.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(leaves()).toBe(true);
});

test("cards with buttons of their own need no ticks", () => {
  expect(document.forms[0]!.hidden).toBe(true);
});

test("a link is answered in our own words, and leads on when that is wished", () => {
  expect(press("#out")).toBe(true);
  expect(opened).toHaveBeenCalledOnce();
  expect(document.querySelector<HTMLAnchorElement>("[data-go]")!.pathname).toBe("/transfers");
  press("[data-stay]");
  expect(closed).toHaveBeenCalledOnce();
  expect(leaves()).toBe(false);
  expect(press("[data-go]")).toBe(false);
  expect(leaves()).toBe(true);
});

test("what does not leave the page is not asked about", () => {
  expect([press("#here"), press("#call"), press("#out", { ctrlKey: true }), press("#out", { button: 1 })]).toEqual([false, false, false, false]);
});

test("once each was told nobody is held", () => {
  told("K-1");
  expect([...document.querySelectorAll("[data-untold]")].map((line) => line.textContent)).toEqual(["two"]);
  expect(leaves()).toBe(false);
  told("K-2");
  expect([leaves(), press("#out")]).toEqual([true, false]);
});

test("numbers that are gone from the page hold nobody", () => {
  document.body.replaceChildren();
  expect(leaves()).toBe(true);
});
