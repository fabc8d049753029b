// @vitest-environment jsdom
import { expect, test } from "vitest";
import { clock } from "./countdown";

test("seconds are told as on a clock", () => {
  expect([0, 5, 65, 600, 3605].map(clock)).toEqual(["0:00", "0:05", "1:05", "10:00", "1:00:05"]);
});
