// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { Fill } from "./fill";

customElements.define("kk-fill", Fill);

const field = (id: string) => document.getElementById(id) as HTMLInputElement;

beforeEach(() => {
  document.body.innerHTML = `<p id="status"></p><code id="suggestion"> Plank-oxide-4 </code>
    <input id="current"><input id="new"><input id="again">
    <kk-fill data-source="suggestion" data-fields="new again gone" data-done="filled" hidden><button>use</button></kk-fill>`;
});

test("it fills the fields that it names, and no other", () => {
  const typed: string[] = [];
  document.addEventListener("input", (event) => typed.push((event.target as HTMLElement).id));
  expect(document.querySelector<HTMLElement>("kk-fill")!.hidden).toBe(false);
  document.querySelector("button")!.click();
  expect([field("current").value, field("new").value, field("again").value]).toEqual(["", "Plank-oxide-4", "Plank-oxide-4"]);
  expect(typed).toEqual(["new", "again"]);
  expect(document.getElementById("status")!.textContent).toBe("filled");
});

test("without anything to fill in it stays away", () => {
  document.body.innerHTML = `<kk-fill data-source="gone" data-fields="new" data-done="" hidden><button>use</button></kk-fill>`;
  expect(document.querySelector<HTMLElement>("kk-fill")!.hidden).toBe(true);
});
