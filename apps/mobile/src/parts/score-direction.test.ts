import { expect, test } from "vitest";
import { directionOf, signDirection } from "./score-direction.ts";

test.each([
  [100, "pushing up"],
  [65, "pushing up"],
  [64.96, "pushing up"],
  [64.94, "leaning up"],
  [54.96, "leaning up"],
  [54.94, "balanced"],
  [50, "balanced"],
  [45.06, "balanced"],
  [45.04, "leaning down"],
  [35.06, "leaning down"],
  [35.04, "pushing down"],
  [0, "pushing down"],
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
