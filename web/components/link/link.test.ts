// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Link } from "./link";

customElements.define("kk-link", Link);

const submitted = vi.fn();
const field = () => document.querySelector("input")!;

function arrive(address: string): void {
  history.replaceState(null, "", address);
  document.body.innerHTML = '<kk-link><form action="/r/x/look"><input name="secret"></form></kk-link>';
}

beforeEach(() => {
  submitted.mockReset();
  HTMLFormElement.prototype.submit = submitted;
});

test("the fragment is posted and leaves the address", () => {
  arrive("/r/8q4zt1m6?lang=en#k7q2m9d4");
  expect(field().value).toBe("k7q2m9d4");
  expect(submitted).toHaveBeenCalledOnce();
  expect(location.pathname + location.search + location.hash).toBe("/r/8q4zt1m6?lang=en");
});

test("a fragment that a mail gateway tore off is put back", () => {
  for (const mark of ["%23", "%2523"]) {
    arrive(`/r/8q4zt1m6${mark}k7q2m9d4`);
    expect(field().value).toBe("k7q2m9d4");
    expect(location.pathname).toBe("/r/8q4zt1m6");
  }
});

test("what a mail program added behind the code is left out", () => {
  for (const tail of ["%3E", ">", "&utm_source=mail", ".", "%E3%80%82", "%"]) {
    arrive(`/r/8q4zt1m6#k7q2m9d4${tail}`);
    expect(field().value).toBe("k7q2m9d4");
  }
});

test("without a secret nothing is posted", () => {
  arrive("/r/8q4zt1m6");
  arrive("/r/8q4zt1m6#");
  expect(submitted).not.toHaveBeenCalled();
});
