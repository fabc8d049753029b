import { expect, test } from "vitest";
import { Quarters } from "./announce";

test("quarters are said, not more often than every ten seconds; the end always", () => {
  const quarters = new Quarters();
  const said = [[0, 0], [10, 1], [25, 2], [30, 9], [30, 10], [40, 30], [55, 31], [99, 32], [100, 33], [100, 60]] as const;
  expect(said.map(([percent, second]) => quarters.at(percent, second * 1000))).toEqual([0, undefined, undefined, undefined, 25, undefined, 50, undefined, 100, undefined]);
  expect(quarters.at(3, 70_000)).toBe(0);
});
