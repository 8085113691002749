import { expect, it } from "vitest";
import { freshness } from "./freshness.ts";

const GENERATED_AT_MS = 1_749_556_805_250;

it.each([
  { ageMs: 0, freshForMs: null, expected: "fresh" },
  { ageMs: 89_999, freshForMs: null, expected: "fresh" },
  { ageMs: 90_000, freshForMs: null, expected: "stale" },
  { ageMs: 9_999, freshForMs: 10_000, expected: "fresh" },
  { ageMs: 10_000, freshForMs: 10_000, expected: "stale" },
  { ageMs: 3_600_000, freshForMs: 7_200_000, expected: "fresh" },
  // The clock was set back by a day.
  { ageMs: -86_400_000, freshForMs: null, expected: "fresh" },
])("is $expected at an age of $ageMs ms with a period of 30 s and FRESH_FOR_MS $freshForMs", (given) => {
  const { ageMs, freshForMs, expected } = given;
  const nowMs = GENERATED_AT_MS + ageMs;
  expect(freshness({ generatedAtMs: GENERATED_AT_MS, periodMs: 30_000, freshForMs, nowMs })).toBe(expected);
});
