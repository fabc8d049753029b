// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Onward } from "./onward";

customElements.define("kk-onward", Onward);

const submitted = vi.fn();

beforeEach(() => {
  submitted.mockReset();
  history.replaceState(null, "", "/unlock");
  HTMLFormElement.prototype.submit = submitted;
});

test("the waiting form is posted once, and not again by coming back", () => {
  const page = '<kk-onward data-at="/unlock"><form action="/me/profile"><input type="hidden" name="name" value="x"></form></kk-onward>';
  document.body.innerHTML = page;
  document.body.innerHTML = page;
  expect(submitted).toHaveBeenCalledOnce();
});

test("only the answer to the unlocking goes on by itself", () => {
  history.replaceState(null, "", "/elsewhere");
  document.body.innerHTML = '<kk-onward data-at="/unlock"><form action="/me/profile"></form></kk-onward>';
  expect(submitted).not.toHaveBeenCalled();
});
