// @vitest-environment jsdom
import { expect, test } from "vitest";
import { dropped, freeName, sortOut } from "./pick";

const file = (name: string, size: number): File => Object.defineProperty(new File([], name), "size", { value: size });
const LIMITS = { files: 3, bytes: 100 };

test("each file is judged alone, and the others go on", () => {
  const chosen = [file("a.pdf", 10), file("memo.txt", 0), file("film.mov", 101), file("big.bin", 95), file("b.pdf", 5)];
  const { fresh, refused } = sortOut(chosen, [], LIMITS);
  expect(fresh.map(({ name }) => name)).toEqual(["a.pdf", "b.pdf"]);
  expect(refused.map(({ reason, name }) => [reason, name])).toEqual([
    ["empty", "memo.txt"],
    ["tooBig", "film.mov"],
    ["tooMuch", "big.bin"],
  ]);
});

test("what the scanner does not take is refused, where larger files are not sent", () => {
  const chosen = [file("a.bin", 50), file("b.bin", 51)];
  expect(sortOut(chosen, [], { ...LIMITS, scanned: 50 }).refused.map(({ reason, name }) => [reason, name])).toEqual([["notScanned", "b.bin"]]);
  expect(sortOut([file("b.bin", 51)], [], LIMITS).refused).toEqual([]);
});

test("what is too many is told once, with its number", () => {
  const present = [{ id: "1", name: "x", size: 1, whole: true }];
  const { fresh, refused } = sortOut(["a", "b", "c", "d"].map((name) => file(name, 1)), present, LIMITS);
  expect(fresh).toHaveLength(2);
  expect(refused).toEqual([{ reason: "tooMany", name: "c", size: 1, count: 2 }]);
});

test("the same name gets a number before its extension, whatever its case", () => {
  const present = [{ id: "1", name: "Plan.PDF", size: 9, whole: true }];
  const { fresh } = sortOut([file("plan.pdf", 1), file("plan.pdf", 2)], present, LIMITS);
  expect(fresh.map(({ name, renamed }) => [name, renamed])).toEqual([
    ["plan (2).pdf", true],
    ["plan (3).pdf", true],
  ]);
  expect(freeName(".profile", new Set([".profile"]))).toBe(".profile (2)");
});

test("the rest of an unfinished upload is known by name and size", () => {
  const present = [
    { id: "1", name: "a.bin", size: 50, whole: false },
    { id: "2", name: "b.bin", size: 10, whole: true },
  ];
  const { known, fresh } = sortOut([file("a.bin", 50), file("b.bin", 10)], present, LIMITS);
  expect(known.map(({ present }) => present.id)).toEqual(["1"]);
  expect(fresh.map(({ name }) => name)).toEqual(["b (2).bin"]);
});

test("dropped folders are gone through to their last portion", async () => {
  const leaf = (name: string) => ({ isFile: true, file: (done: (file: File) => void) => done(file(name, 1)) });
  const folder = (...portions: object[][]) => ({
    isFile: false,
    createReader: () => ({ readEntries: (done: (entries: object[]) => void) => done(portions.shift() ?? []) }),
  });
  const tree = folder([leaf("a"), folder([leaf("b")])], [leaf("c")]);
  const items = [tree, leaf("d")].map((entry) => ({ webkitGetAsEntry: () => entry }));
  const found = await dropped({ items, files: [] } as unknown as DataTransfer);
  expect(found.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
});
