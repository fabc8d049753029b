// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Onward } from "./onward";

customElements.define("kk-onward", Onward);

const submitted = vi.fn();

beforeEach(() => {
  submitted.mockReset();
  history.replaceState(null, "");
  HTMLFormElement.prototype.submit = submitted;
});

test("the waiting form is posted once, and not again by coming back", () => {
  const page = '<kk-onward><form action="/me/profile"><input type="hidden" name="name" value="x"></form></kk-onward>';
  document.body.innerHTML = page;
  document.body.innerHTML = page;
  expect(submitted).toHaveBeenCalledOnce();
});
