// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { Password } from "./password";

customElements.define("kk-password", Password);

const field = () => document.querySelector("input")!;
const button = () => document.querySelector("button")!;

beforeEach(() => {
  document.body.innerHTML = `<p id="status"></p><form><kk-password data-show="show" data-hide="hide" data-shown="it shows"
    data-hidden="it is hidden"><input id="password" type="password"></kk-password></form>`;
});

test("the button shows and hides what was typed, and says so", () => {
  expect(button().textContent).toBe("show");
  expect(button().getAttribute("aria-controls")).toBe("password");
  button().click();
  expect([field().type, button().textContent, button().getAttribute("aria-pressed")]).toEqual(["text", "hide", "true"]);
  expect(document.getElementById("status")!.textContent).toBe("it shows");
  button().click();
  expect([field().type, button().getAttribute("aria-pressed")]).toEqual(["password", "false"]);
});

test("a password is hidden while it is sent and when the page comes back", () => {
  for (const event of [() => document.forms[0]!.dispatchEvent(new Event("submit")), () => dispatchEvent(new Event("pageshow"))]) {
    button().click();
    expect(field().type).toBe("text");
    event();
    expect(field().type).toBe("password");
  }
});
