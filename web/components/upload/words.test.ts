// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { fill, size, speed, time } from "./words";

beforeEach(() => {
  document.documentElement.lang = "en";
});

test("places are filled, and what is not known stays", () => {
  expect(fill("{percent}% of {name}, {what}", { percent: "5", name: "a.pdf" })).toBe("5% of a.pdf, {what}");
  expect(fill(undefined, {})).toBe("");
});

test("sizes, speeds and times are told in their largest unit", () => {
  expect([5, 999, 1_000, 1_440_000, 999_990_000, 50_000_000_000].map(size)).toEqual(["5 byte", "999 byte", "1 kB", "1.4 MB", "1 GB", "50 GB"]);
  expect(speed(2_100_000)).toBe("2.1 MB/s");
  expect([0.2, 8, 89, 90, 3_600, 7_201].map(time)).toEqual(["1 second", "8 seconds", "89 seconds", "2 minutes", "60 minutes", "3 hours"]);
  document.documentElement.lang = "ja";
  expect([time(8), size(1_440_000)]).toEqual(["8 秒", "1.4 MB"]);
});
