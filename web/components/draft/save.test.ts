// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Refusal, draft } from "./draft";
import { Save } from "./save";

customElements.define("kk-save", Save);
const call = vi.spyOn(draft, "call");
const line = () => document.querySelector<HTMLElement>("[data-part=saved]")!;
const message = () => document.querySelector("textarea")!;

function type(text: string): void {
  message().value = text;
  message().dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(() => {
  vi.useFakeTimers();
  document.documentElement.lang = "en";
  call.mockReset();
  call.mockImplementation(async () => new Response("{}"));
  draft.bind("d1", "c");
  document.body.innerHTML = `<p data-part="saved">only with buttons</p><kk-save data-itself="by itself" data-saved="saved {clock}" data-unsaved="not saved: {why}">
    <textarea name="message"></textarea><select name="keep_hours"><option value="72" selected>3</option><option value="24">1</option></select><input name="email"></kk-save>`;
});

test("what was typed is saved after a pause, once, and the page says so", async () => {
  expect(line().textContent).toBe("by itself");
  type("a");
  await vi.advanceTimersByTimeAsync(500);
  type("ab");
  await vi.advanceTimersByTimeAsync(900);
  expect(call).toHaveBeenCalledExactlyOnceWith("PATCH", "/transfers/d1", { message: "ab", keep_hours: 72 }, false);
  expect(line().textContent).toMatch(/^saved \d/);
});

test("a saved text that loses the focus is not saved again, one that was refused is", async () => {
  const left = () => message().dispatchEvent(new Event("change", { bubbles: true }));
  type("a");
  await vi.advanceTimersByTimeAsync(900);
  left();
  await vi.advanceTimersByTimeAsync(900);
  expect(call).toHaveBeenCalledOnce();
  call.mockRejectedValueOnce(new Refusal(422, "a number is in it"));
  type("ab");
  await vi.advanceTimersByTimeAsync(900);
  left();
  await vi.advanceTimersByTimeAsync(0);
  expect(call).toHaveBeenCalledTimes(3);
});

test("what is refused is told as not saved", async () => {
  call.mockRejectedValue(new Refusal(422, "a number is in it"));
  type("4708 1925 6330");
  await vi.advanceTimersByTimeAsync(900);
  expect(line().textContent).toBe("not saved: a number is in it");
  expect(line().classList.contains("error")).toBe(true);
});

test("leaving saves at once; a half typed recipient is nobody's business here", async () => {
  document.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(2000);
  expect(call).not.toHaveBeenCalled();
  type("b");
  dispatchEvent(new Event("pagehide"));
  await vi.advanceTimersByTimeAsync(0);
  expect(call).toHaveBeenCalledExactlyOnceWith("PATCH", "/transfers/d1", { message: "b", keep_hours: 72 }, true);
});
