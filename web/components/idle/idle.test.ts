// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { active } from "../shell/active";
import { IdleClock } from "./clock";
import { Idle } from "./idle";
import { ask } from "./unlock";

vi.mock("./unlock", () => ({ ask: vi.fn() }));
customElements.define("kk-idle", Idle);
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

const MINUTE = 60_000;
const here = { ok: true, status: 200, json: () => Promise.resolve({ email: "sato@office.example" }) };
const locked = { ok: false, status: 401, text: () => Promise.resolve('{"code":"session-locked"}') };
const ended = { ok: false, status: 401, text: () => Promise.resolve('{"code":"sign-in-needed"}') };
const fetched = vi.fn();

const dialog = (name: string) => document.querySelector<HTMLDialogElement>(`dialog[data-part="${name}"]`)!;
const isHidden = () => document.body.classList.contains("session-locked");
const forward = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE);

function unlockPage(): HTMLElement {
  const main = document.createElement("main");
  main.innerHTML = '<form action="/unlock"><input type="password" name="password"><button>Carry on</button></form>';
  return main;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset().mockResolvedValue(here);
  vi.mocked(ask).mockReset().mockImplementation(() => Promise.resolve(unlockPage()));
  document.title = "Send";
  document.body.className = "";
  document.body.innerHTML = `<main><input id="message" value="typed"></main><p id="status"></p>
    <kk-idle data-minutes="10" data-email="sato@office.example" data-locked="Locked" data-resumed="Unlocked.">
    <dialog data-part="warning"><button data-part="carry-on">carry on</button></dialog>
    <dialog data-part="lock"><div data-part="unlock"></div><div data-part="unreached" hidden><button data-part="again">again</button></div></dialog></kk-idle>`;
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

test("two minutes before it says so; carrying on tells the gateway and begins anew", async () => {
  await forward(7.9);
  expect(dialog("warning").open).toBe(false);
  await forward(0.2);
  expect(dialog("warning").open).toBe(true);
  document.querySelector<HTMLButtonElement>('[data-part="carry-on"]')!.click();
  await forward(0);
  expect(fetched).toHaveBeenCalledWith("/session");
  expect(dialog("warning").open).toBe(false);
  await forward(7.9);
  expect(dialog("warning").open).toBe(false);
  expect(isHidden()).toBe(false);
});

test("an answer to what somebody did begins the time anew", async () => {
  await forward(9);
  active();
  expect(dialog("warning").open).toBe(false);
  await forward(7.9);
  expect(isHidden()).toBe(false);
});

test("whoever types without a request is there", async () => {
  await forward(5);
  document.querySelector("#message")!.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
  await forward(0);
  expect(fetched).toHaveBeenCalledOnce();
  document.querySelector("#message")!.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
  await forward(0);
  expect(fetched, "not at every key").toHaveBeenCalledOnce();
});

test("at the limit the page hides, and is back as it was once unlocked", async () => {
  fetched.mockResolvedValue(locked);
  await forward(10.1);
  expect(isHidden()).toBe(true);
  expect(document.title).toBe("Locked");
  expect(fetched).toHaveBeenCalledWith("/session", { headers: { "Kakitome-Watch": "1" } });
  expect(dialog("lock").querySelector("input[type=password]")).not.toBeNull();

  vi.mocked(ask).mockResolvedValueOnce("elsewhere");
  fetched.mockResolvedValue(here);
  dialog("lock").querySelector("form")!.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  await forward(0);
  expect(isHidden()).toBe(false);
  expect(document.title).toBe("Send");
  expect(document.querySelector<HTMLInputElement>("#message")!.value).toBe("typed");
  expect(dialog("lock").querySelector("form"), "no password stays behind").toBeNull();
  expect(document.querySelector("#status")!.textContent).toBe("Unlocked.");
});

test("a wrong password stays locked", async () => {
  fetched.mockResolvedValue(locked);
  await forward(10.1);
  dialog("lock").querySelector("form")!.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  await forward(0);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(isHidden()).toBe(true);
});

test("a passkey unlocks without the form", async () => {
  fetched.mockResolvedValue(locked);
  await forward(10.1);
  fetched.mockResolvedValue(here);
  const proven = new CustomEvent("kk-proven", { bubbles: true, cancelable: true });
  dialog("lock").querySelector("button")!.dispatchEvent(proven);
  await forward(0);
  expect(proven.defaultPrevented).toBe(true);
  expect(isHidden()).toBe(false);
});

test("without a connection the page stays hidden until it is back", async () => {
  fetched.mockRejectedValue(new TypeError("offline"));
  await forward(10.1);
  expect(isHidden()).toBe(true);
  expect(document.querySelector<HTMLElement>('[data-part="unreached"]')!.hidden).toBe(false);
  fetched.mockResolvedValue(locked);
  dispatchEvent(new Event("online"));
  await forward(0);
  expect(document.querySelector<HTMLElement>('[data-part="unreached"]')!.hidden).toBe(true);
  expect(dialog("lock").querySelector("input[type=password]")).not.toBeNull();
});

test("what another page kept alive is not locked; one that was unlocked there goes on", async () => {
  await forward(10.1);
  expect(isHidden()).toBe(false);
  fetched.mockResolvedValue(locked);
  await forward(1.1);
  expect(isHidden()).toBe(true);
  fetched.mockResolvedValue(here);
  const other = new BroadcastChannel("kakitome-session");
  other.postMessage(Date.now());
  await vi.waitFor(() => expect(isHidden()).toBe(false));
  other.close();
});

test("a session that ended leads to the sign-in", async () => {
  fetched.mockResolvedValue(ended);
  const gone = vi.fn();
  vi.stubGlobal("location", { assign: gone, pathname: "/send/new", search: "" });
  await forward(10.1);
  expect(gone).toHaveBeenCalledWith("/sign-in?next=%2Fsend%2Fnew");
  vi.unstubAllGlobals();
});

test("a limit too short for a notice of two minutes is announced at half of it", () => {
  const clock = new IdleClock(1, 0);
  expect([0, 29_999, 30_000, 60_999, 61_000].map((at) => clock.phase(at))).toEqual(["open", "open", "soon", "soon", "over"]);
  expect(clock.next(0)).toBe(30_000);
  expect(clock.next(30_000)).toBe(31_000);
});
