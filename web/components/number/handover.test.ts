// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Handover } from "./handover";

customElements.define("kk-handover", Handover);

const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset().mockResolvedValue(new Response(null, { status: 204, headers: { Date: "Mon, 23 Nov 2026 04:21:00 GMT" } }));
  document.documentElement.lang = "ja";
  document.body.innerHTML = `<p id="status"></p><kk-handover data-reference="K-7K2M-90QF" data-csrf="c5rf" data-zone="Asia/Tokyo"
    data-sheet="sheet" data-done="told at " data-failed="not noted"><b>4708 1925 6330</b>
    <p data-told hidden><button type="button">told</button></p></kk-handover><article id="sheet"></article>`;
});

afterEach(() => {
  document.body.replaceChildren();
});

const card = () => document.querySelector("kk-handover")!;
const paths = () => fetched.mock.calls.map(([path]) => path.split("/").pop());

test("what was done with a number is noted, and the number is no part of it", async () => {
  card().dispatchEvent(new CustomEvent("kk-copied", { bubbles: true }));
  dispatchEvent(new Event("beforeprint"));
  document.getElementById("sheet")!.hidden = true;
  dispatchEvent(new Event("beforeprint"));
  await vi.waitFor(() => expect(paths()).toEqual(["copied", "printed"]));
  for (const [path, init] of fetched.mock.calls) {
    expect(path).toMatch(/^\/api\/v1\/deliveries\/K-7K2M-90QF\//);
    expect(init.headers).toEqual({ "X-CSRF-Token": "c5rf" });
    expect(`${path}${String(init.body)}`).not.toMatch(/4708/);
  }
});

test("told stands on the card with the time of the office's clock", async () => {
  const heard = vi.fn();
  document.addEventListener("kk-told", heard, { once: true });
  card().querySelector("button")!.click();
  await vi.waitFor(() => expect(card().textContent).toContain("✓ told at 13:21"));
  expect(document.activeElement?.textContent).toContain("13:21");
  expect(card().querySelector("button")).toBe(null);
  expect(heard.mock.calls[0]![0].detail).toBe("K-7K2M-90QF");
});

test("the phone number that was called goes along, if there is a field for it", async () => {
  card().insertAdjacentHTML("afterbegin", `<div data-called hidden><input type="tel" value="03-9876-5432"></div>`);
  card().querySelector("button")!.click();
  await vi.waitFor(() => expect(card().textContent).toContain("✓ told at"));
  expect(fetched.mock.calls[0]![1].body).toBe(JSON.stringify({ phone: "03-9876-5432" }));
  expect(card().querySelector("[data-called]")).toBe(null);
});

test("what could not be noted is said, and can be pressed again", async () => {
  for (const refusal of [() => fetched.mockRejectedValueOnce(new Error("no line")), () => fetched.mockResolvedValueOnce(new Response(null, { status: 403 }))]) {
    refusal();
    card().querySelector("button")!.click();
    await vi.waitFor(() => expect(document.getElementById("status")!.textContent).toBe("not noted"));
    expect(card().querySelectorAll(".failed").length).toBe(1);
    document.getElementById("status")!.textContent = "";
  }
  expect(card().querySelector("button")).not.toBe(null);
});

test("a card that is gone notes nothing", () => {
  document.body.replaceChildren();
  dispatchEvent(new Event("beforeprint"));
  expect(fetched).not.toHaveBeenCalled();
});
