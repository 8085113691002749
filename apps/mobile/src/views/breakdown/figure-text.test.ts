import { expect, test } from "vitest";
import { decimalsOf, figureText } from "./figure-text.ts";

test.each([
  [0, 0],
  [-0, 0],
  [5, 0],
  [85_158.26, 0],
  [743.31, 1],
  [-74.803909, 2],
  [0.27106243, 4],
  [-0.000012345, 8],
  [1e-30, 14],
])("%d is shown with %d decimals", (value, decimals) => {
  expect(decimalsOf(value)).toBe(decimals);
});

test("a figure has its name and its unit", () => {
  expect(figureText({ name: "bid_share", value: 65, unit: "%" })).toBe("bid share 65 %");
  expect(figureText({ name: "averages", value: 5, unit: "" })).toBe("averages 5");
});
