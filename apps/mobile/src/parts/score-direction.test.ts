import { expect, test } from "vitest";
import { directionOf, signDirection } from "./score-direction.ts";

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
  expect(directionOf(score).word).toBe(word);
});

test("each direction has its own sign, so that nobody depends on colour", () => {
  expect(new Set([80, 60, 50, 40, 20].map((score) => directionOf(score).sign)).size).toBe(5);
});

test.each([
  ["+2.35%", "long"],
  ["▲ buy", "long"],
  ["-0.10", "short"],
  ["\u22120,10", "short"],
  ["▼ sell", "short"],
  ["0.00%", "none"],
  ["neutral", "none"],
  ["unknown", "none"],
] as const)("%s points %s", (text, tone) => {
  expect(signDirection(text)).toBe(tone);
});
