// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { Print } from "./print";

customElements.define("kk-print", Print);

test("only the sheet of that recipient is printed, and the page is as before", () => {
  document.body.innerHTML = `<kk-print data-sheet="two" hidden><button>print</button></kk-print>
    <article class="sheets" id="one"></article><article class="sheets" id="two"></article>`;
  const shown = () => [...document.querySelectorAll<HTMLElement>(".sheets")].filter((sheet) => !sheet.hidden).map((sheet) => sheet.id);
  const printed: string[][] = [];
  vi.stubGlobal("print", () => {
    printed.push(shown());
    dispatchEvent(new Event("afterprint"));
  });
  expect(document.querySelector<HTMLElement>("kk-print")!.hidden).toBe(false);
  document.querySelector("button")!.click();
  expect(printed).toEqual([["two"]]);
  expect(shown()).toEqual(["one", "two"]);
});
