// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { grouped } from "./grouped";
import { TypedNumber } from "./typed";

customElements.define("kk-number", TypedNumber);

const field = () => document.querySelector<HTMLInputElement>("kk-number input")!;

function type(value: string, how: InputEventInit, caret = value.length): void {
  field().value = value;
  field().setSelectionRange(caret, caret);
  field().dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", ...how }));
}

beforeEach(() => {
  document.body.innerHTML =
    '<form data-link="/r/x"><input type="hidden" name="secret" value="k7q2"><kk-number><input></kk-number></form>';
});

test("digits in any spelling are grouped, anything else is left as it is", () => {
  expect(grouped("470819256330")).toBe("4708 1925 6330");
  expect(grouped("４７０８ー１９２５－6330")).toBe("4708 1925 6330");
  expect(grouped("4708")).toBe("4708");
  expect(grouped("47o8")).toBeUndefined();
  expect(grouped("")).toBeUndefined();
});

test("typing and pasting at the end group the digits", () => {
  type("47081", {});
  expect(field().value).toBe("4708 1");
  expect(field().selectionStart).toBe(6);
  type("4708-1925-6330", { inputType: "insertFromPaste" });
  expect(field().value).toBe("4708 1925 6330");
});

test("corrections, deletions and compositions are left alone", () => {
  type("470819", {}, 2);
  expect(field().value).toBe("470819");
  type("470819", { inputType: "deleteContentBackward" });
  expect(field().value).toBe("470819");
  type("４７０８１", { isComposing: true });
  expect(field().value).toBe("４７０８１");
  field().dispatchEvent(new Event("compositionend"));
  expect(field().value).toBe("4708 1");
});

test("back leads to the link", () => {
  document.querySelector("form")!.dispatchEvent(new Event("submit"));
  expect(location.pathname + location.hash).toBe("/r/x#k7q2");
});
