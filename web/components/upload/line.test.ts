// @vitest-environment jsdom
import { expect, test } from "vitest";
import { Line } from "./line";
import type { Uploads } from "./uploads";

customElements.define("kk-line", Line);

class Fake extends EventTarget {
  busy = true;
  lost = false;
  locked = false;
  stalled = false;
  resumed = 0;
  resumeNow(): void {
    this.resumed += 1;
  }
  be(state: Partial<Fake>): void {
    Object.assign(this, { lost: false, locked: false, stalled: false }, state);
    this.dispatchEvent(new Event("change"));
  }
}

const PARTS = ["busy", "lost", "locked", "stalled"];

test("one banner at a time says what files wait for, and each lets people go on", () => {
  const fake = new Fake();
  const line = new Line();
  line.uploads = fake as unknown as Uploads;
  line.innerHTML = PARTS.map((name) => `<div data-part="${name}" hidden><button data-part="again"></button></div>`).join("");
  document.body.append(line);
  const shown = () => PARTS.filter((name) => !line.querySelector<HTMLElement>(`div[data-part=${name}]`)!.hidden);
  expect(shown()).toEqual(["busy"]);
  fake.be({ stalled: true });
  expect(shown()).toEqual(["busy", "stalled"]);
  fake.be({ lost: true, stalled: true });
  expect(shown()).toEqual(["busy", "lost"]);
  fake.be({ lost: true, locked: true });
  expect(shown()).toEqual(["busy", "locked"]);
  for (const button of line.querySelectorAll("button")) button.click();
  expect(fake.resumed).toBe(PARTS.length);
});
