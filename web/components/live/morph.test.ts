// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { morph } from "./morph";

const CARD = (id: string, status: string, rest = "") => `<section id="${id}"><h3>${id}</h3><p class="${status}">${status}</p>${rest}
  <details><summary>more</summary><form><input name="reason"></form></details></section>`;

beforeEach(() => {
  document.body.innerHTML = `<div id="live"><p>two</p>${CARD("a", "waiting")}${CARD("b", "waiting")}<ol><li>sent</li></ol></div>`;
});

const live = () => document.getElementById("live")!;
const becomes = (markup: string) => {
  const fresh = new DOMParser().parseFromString(`<div id="live">${markup}</div>`, "text/html");
  morph(live(), fresh.getElementById("live")!);
  expect(live().innerHTML.replace(/ open=""/g, "")).toBe(fresh.getElementById("live")!.innerHTML);
};

test("what a person opened, typed and is at stays", () => {
  const [details, field] = [live().querySelector("#b details")!, live().querySelector<HTMLInputElement>("#b input")!];
  details.setAttribute("open", "");
  field.value = "half a sentence";
  field.focus();
  becomes(`<p>two</p>${CARD("a", "collected", "<p>13:21</p>")}${CARD("b", "collected")}<ol><li>sent</li><li>opened</li></ol>`);
  expect(document.activeElement).toBe(field);
  expect([field.value, details.hasAttribute("open")]).toEqual(["half a sentence", true]);
});

test("what went is gone, and its neighbour is not touched", () => {
  const field = live().querySelector<HTMLInputElement>("#b input")!;
  field.focus();
  becomes(`<p>one</p>${CARD("b", "waiting")}<ol><li>sent</li></ol>`);
  expect(document.activeElement).toBe(field);
});

test("what is new is there, and what moved is the same", () => {
  const b = live().querySelector("#b");
  becomes(`${CARD("c", "waiting")}${CARD("b", "waiting")}<hr>${CARD("a", "waiting")}`);
  expect(live().querySelector("#b")).toBe(b);
});
