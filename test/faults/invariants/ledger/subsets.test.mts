import { expect, it } from "vitest";
import { subsetsOf } from "./subsets.mts";

const NAMES = Array.from({ length: 50 }, (_, index) => `S${index}`);
const ways = (...args: Parameters<typeof subsetsOf>) => [...subsetsOf(...args).ways].map((way) => way.join(""));

it("are all ways to leave symbols out, each once", () => {
  expect(ways(["A", "B", "C", "D"], 2, [])).toEqual(["CD", "BD", "BC", "AD", "AC", "AB"]);
  expect(ways(["A", "B"], 2, [])).toEqual(["AB"]);
  const two = [...subsetsOf(NAMES, 48, []).ways];
  expect([two.length, new Set(two.map((way) => way.join())).size]).toEqual([1225, 1225]);
});

it("are those that are likely where there are too many ways, and then it may be another one", () => {
  const half = NAMES.slice(0, 25);
  expect(subsetsOf(NAMES, 25, half)).toEqual({ ways: [half], areAll: false });
  expect(subsetsOf(NAMES, 24, half)).toEqual({ ways: [], areAll: false });
});
