// @vitest-environment jsdom
import { expect, test } from "vitest";
import { Arrivals } from "./arrivals";
import { Pace } from "./pace";
import { type Item, uploads } from "./uploads";

customElements.define("kk-arrivals", Arrivals);

test("the page that asks before sending shows how far files are, and when all are there", () => {
  const file = new File([new Uint8Array(1000)], "a.bin");
  const item: Item = { file, name: "a.bin", id: "f1", stage: "running", sent: 720, why: "", pace: new Pace() };
  uploads.items.push(item);
  document.body.innerHTML = `<p id="status"></p><kk-arrivals data-arrived="{percent}% there" data-done="done" data-open="{count} open ({percent}%)" data-ready="ready" data-announced="upload {percent}%">
    <ul><li data-file="f1"><progress data-part="bar" max="1000" value="0"></progress><p data-part="state"></p></li><li data-file="f2"></li></ul><p data-part="open"></p></kk-arrivals>`;
  const text = (part: string) => document.querySelector(`[data-part=${part}]`)!.textContent;
  expect([text("state"), text("open")]).toEqual(["72% there", "1 open (72%)"]);
  expect(document.getElementById("status")!.textContent).toBe("upload 50%");
  [item.stage, item.sent] = ["done", 1000];
  uploads.dispatchEvent(new Event("change"));
  expect([text("state"), text("open"), document.querySelector<HTMLElement>("[data-part=bar]")!.hidden]).toEqual(["done", "ready", true]);
  expect(document.getElementById("status")!.textContent).toBe("upload 100%");
});
