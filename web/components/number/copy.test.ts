// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Copy } from "./copy";

customElements.define("kk-copy", Copy);

const writeText = vi.fn<(text: string) => Promise<void>>();

beforeEach(() => {
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  writeText.mockReset();
  document.body.innerHTML = `<p id="status"></p><p id="number"><span>4708</span>
    <span>1925</span></p><kk-copy data-source="number" data-done="copied" data-failed="not copied" hidden><button>copy</button></kk-copy>`;
});

const press = () => document.querySelector("button")!.click();
const said = () => document.getElementById("status")!.textContent;

test("it appears where scripts run, and copies the text as it is read", async () => {
  writeText.mockResolvedValue();
  expect(document.querySelector<HTMLElement>("kk-copy")!.hidden).toBe(false);
  press();
  await vi.waitFor(() => expect(said()).toBe("copied"));
  expect(writeText).toHaveBeenCalledWith("4708 1925");
});

test("what cannot be copied is selected", async () => {
  writeText.mockRejectedValue(new Error("denied"));
  press();
  await vi.waitFor(() => expect(said()).toBe("not copied"));
  expect(getSelection()!.toString().replace(/\s+/g, " ").trim()).toBe("4708 1925");
});
