import { expect, test } from "vitest";
import { directionOf, leaningOf } from "./leaning.ts";

test.each([
  [100, "bullish"],
  [65, "bullish"],
  [64.99, "mildly bullish"],
  [55, "mildly bullish"],
  [54.99, "neutral"],
  [50, "neutral"],
  [45.01, "neutral"],
  [45, "mildly bearish"],
  [35.01, "mildly bearish"],
  [35, "bearish"],
  [0, "bearish"],
] as const)("a score of %d is %s", (score, word) => {
  expect(leaningOf(score).word).toBe(word);
});

test("each leaning has a sign of its own, so that colour is never needed", () => {
  expect(new Set([80, 60, 50, 40, 20].map((score) => leaningOf(score).sign)).size).toBe(5);
});

test.each([
  [2, "long"],
  [0, "none"],
  [-0, "none"],
  [-0.1, "short"],
] as const)("the direction of %d is %s", (value, direction) => {
  expect(directionOf(value)).toBe(direction);
});
