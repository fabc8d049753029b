// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Recipients } from "./recipients";
import { draft } from "../draft/draft";

customElements.define("kk-recipients", Recipients);

const suzuki = { email: "suzuki@aozora.example", name: "鈴木 一郎", language: "ja", phone: "03-9876-5432", phrase: "青い傘", channel: "sheet", times: 12, last_at: "2026-10-28T01:00:00.000Z" };
const smith = { ...suzuki, email: "smith@northwind.example", name: "", phrase: "" };
const call = vi.spyOn(draft, "call");

const field = () => document.querySelector<HTMLInputElement>("[name=email]")!;
const options = () => [...document.querySelectorAll<HTMLElement>("[role=option]")];
const press = (key: string) => field().dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true }));

async function type(text: string): Promise<void> {
  field().focus();
  field().value = text;
  field().dispatchEvent(new InputEvent("input", { bubbles: true }));
  await vi.waitFor(() => expect(field().getAttribute("aria-expanded")).toBe("true"));
}

beforeEach(() => {
  document.documentElement.lang = "ja";
  call.mockReset();
  call.mockImplementation(async () => new Response(JSON.stringify({ recipients: [suzuki, smith] })));
  document.body.innerHTML = `<p id="status"></p><kk-recipients data-label="以前の宛先" data-found="{count} 件" data-times="過去 {count} 回（前回 {last}）" data-chosen="{name}">
    <div class="field"><input name="email" type="email" list="earlier"><datalist id="earlier"></datalist></div><input name="name"><input name="phone">
    <select name="language"><option value="ja"></option><option value="en" selected></option></select>
    <input type="radio" name="channel" value="phone" checked><input type="radio" name="channel" value="sheet">
    <details><input name="phrase"></details></kk-recipients>`;
});

test("earlier recipients are offered with how often and when last", async () => {
  await type("鈴木");
  expect(call).toHaveBeenCalledWith("GET", "/recipients?q=%E9%88%B4%E6%9C%A8");
  expect(field().getAttribute("role")).toBe("combobox");
  expect(document.querySelector("datalist")).toBeNull();
  expect(options()[0]!.textContent).toContain("過去 12 回（前回 2026/10/28）");
  expect(document.getElementById("status")!.textContent).toBe("2 件");
});

test("arrows move, Enter fills the whole form, and the form is not posted by it", async () => {
  await type("su");
  press("ArrowDown");
  expect(field().getAttribute("aria-activedescendant")).toBe("known-0");
  expect(options().map((option) => option.getAttribute("aria-selected"))).toEqual(["true", "false"]);
  press("ArrowUp");
  expect(field().getAttribute("aria-activedescendant")).toBeNull();
  press("ArrowDown");
  expect(press("Enter")).toBe(false);
  const values = [...document.querySelectorAll<HTMLInputElement>("[name]:not([type=radio])")].map(({ value }) => value);
  expect(values).toEqual(["suzuki@aozora.example", "鈴木 一郎", "03-9876-5432", "ja", "青い傘"]);
  expect(document.querySelector<HTMLInputElement>("[value=sheet]")!.checked).toBe(true);
  expect(document.querySelector("details")!.open).toBe(true);
  expect(field().getAttribute("aria-expanded")).toBe("false");
});

test("Escape closes and keeps what was typed; Enter without a choice is the form's", async () => {
  await type("su");
  expect(press("Enter")).toBe(true);
  press("Escape");
  expect([field().value, field().getAttribute("aria-expanded")]).toEqual(["su", "false"]);
});

test("a click chooses", async () => {
  await type("smith");
  options()[1]!.click();
  expect(field().value).toBe("smith@northwind.example");
});
