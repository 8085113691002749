import { expect, test } from "vitest";
import { isSameJson } from "./same-json.ts";

test.each([
  [1, 1],
  ["a", "a"],
  [null, null],
  [[], []],
  [
    { a: [1, { b: null }], c: "x" },
    { c: "x", a: [1, { b: null }] },
  ],
])("%j is the same as %j", (a, b) => {
  expect(isSameJson(a, b)).toBe(true);
});

test.each([
  [1, 2],
  [1, "1"],
  [null, 0],
  [null, {}],
  [{}, []],
  [[1], [1, 2]],
  [{ a: 1 }, { b: 1 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: [1, { b: null }] }, { a: [1, { b: 0 }] }],
])("%j is not the same as %j", (a, b) => {
  expect(isSameJson(a, b)).toBe(false);
  expect(isSameJson(b, a)).toBe(false);
});
