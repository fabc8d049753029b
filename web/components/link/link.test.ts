// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Link } from "./link";

customElements.define("kk-link", Link);

const submitted = vi.fn();

function arrive(address: string): void {
  history.replaceState(null, "", address);
  document.body.innerHTML = '<kk-link><form action="/r/x/look"><input name="secret"></form></kk-link>';
}

beforeEach(() => {
  submitted.mockReset();
  HTMLFormElement.prototype.requestSubmit = submitted;
});

test("the fragment is posted and leaves the address", () => {
  arrive("/r/8q4zt1m6?lang=en#k7q2m9d4");
  expect(document.querySelector("input")!.value).toBe("k7q2m9d4");
  expect(submitted).toHaveBeenCalledOnce();
  expect(location.pathname + location.search + location.hash).toBe("/r/8q4zt1m6?lang=en");
});

test("a fragment that a mail gateway tore off is put back", () => {
  arrive("/r/8q4zt1m6%23k7q2m9d4");
  expect(document.querySelector("input")!.value).toBe("k7q2m9d4");
  expect(location.pathname).toBe("/r/8q4zt1m6");
});

test("without a secret nothing is posted", () => {
  arrive("/r/8q4zt1m6");
  expect(submitted).not.toHaveBeenCalled();
});
