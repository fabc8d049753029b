// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { Leave } from "./leave";

customElements.define("kk-leave", Leave);

beforeEach(() => {
  document.body.innerHTML = "<kk-leave><form></form></kk-leave>";
});

const leaves = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));

test("leaving with untold numbers is asked about; telling them may leave", () => {
  expect(leaves()).toBe(false);
  document.forms[0]!.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(leaves()).toBe(true);
});

test("numbers that are gone from the page hold nobody", () => {
  document.body.replaceChildren();
  expect(leaves()).toBe(true);
});
