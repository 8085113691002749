import { expect, test } from "vitest";
import { formats } from "../../format/formats.ts";
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
  expect(decimalsOf(value, 4)).toBe(decimals);
});

test("a figure has its name and its unit", () => {
  expect(figureText({ name: "bid_share", value: 65, unit: "%" })).toBe("bid share 65 %");
  expect(figureText({ name: "averages", value: 5, unit: "" })).toBe("averages 5");
});

test("a price has six digits, because it stands beside other prices", () => {
  expect(decimalsOf(85_158.26, 6)).toBe(1);
  expect(figureText({ name: "average", value: 0.0123456789, unit: "USD" })).toBe(
    `average ${formats.number(0.0123457, 7)} USD`,
  );
});
