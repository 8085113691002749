import fc from "fast-check";
import { expect, test } from "vitest";
import { isRounded } from "../testing/sentences.ts";
import { formatDuration, formatNumber, formatPrice } from "./sentence-numbers.ts";

/** Beyond it a number that is rounded up may be infinite. */
const MAX = 1e308;
const finite = fc.double({ min: -MAX, max: MAX, noNaN: true });
const ordinary = fc.double({ min: -2000, max: 2000, noNaN: true });

test("no number in a sentence is longer than 7 characters, and each is the value rounded", () => {
  fc.assert(
    fc.property(fc.oneof(finite, ordinary), fc.integer({ min: 0, max: 2 }), fc.boolean(), (value, decimals, signed) => {
      const text = formatNumber(value, decimals, signed);
      expect(text.length).toBeLessThanOrEqual(7);
      expect(isRounded(value, text)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test("no price in a sentence is longer than 12 characters, and each has five digits of the value", () => {
  const prices = fc.double({ min: Number.MIN_VALUE, max: MAX, noNaN: true });
  const usual = fc.double({ min: -9, max: 9, noNaN: true }).map((power) => 10 ** power);
  fc.assert(
    fc.property(fc.oneof(prices, usual), (usd) => {
      const text = formatPrice(usd);
      expect(text.length).toBeLessThanOrEqual(12);
      expect(isRounded(usd, text)).toBe(true);
      expect(text.replace(/e.*|[^\d]/g, "").replace(/^0+/, "").length).toBeGreaterThanOrEqual(5);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  [formatPrice(61_240.4), "61,240"],
  [formatPrice(1_234_567), "1,234,567"],
  [formatPrice(3456.78), "3,456.8"],
  [formatPrice(0.0812304), "0.081230"],
  [formatPrice(0.00000012345), "1.2345e-7"],
  [formatNumber(-0.001, 2), "0.00"],
  [formatNumber(12.345, 2, true), "+12.35"],
  [formatNumber(100, 1), "100"],
  [formatNumber(-123_456, 1), "-1e+5"],
  [formatDuration(15), "15"],
  [formatDuration(7.52), "7.5"],
])("%s", (text, expected) => {
  expect(text).toBe(expected);
});
