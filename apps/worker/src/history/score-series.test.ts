import { HISTORY_SPANS, type HistorySpan } from "@pulseboard/snapshot";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createScoreSeries } from "./score-series.ts";

const START_MS = Date.UTC(2026, 11, 1);
const DAY_MS = 86_400_000;
const SPANS = Object.keys(HISTORY_SPANS) as HistorySpan[];

it("has the last score of each step, and nothing where there was none, over any times", () => {
  const refresh = fc.record({
    // Pauses of seconds, of hours and of months.
    pauseMs: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 100 * DAY_MS })),
    score: fc.option(fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100)),
    relative: fc.option(fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100)),
  });
  fc.assert(
    fc.property(fc.array(refresh, { minLength: 1, maxLength: 60 }), fc.constantFrom(...SPANS), (refreshes, span) => {
      const series = createScoreSeries();
      const { points, stepS } = HISTORY_SPANS[span];
      const lastOfStep = new Map<number, { score: number | null; relative: number | null }>();
      let atMs = START_MS;
      for (const { pauseMs, score, relative } of refreshes) {
        atMs += pauseMs;
        series.put("BTCUSDT", atMs, score, relative);
        lastOfStep.set(Math.ceil(atMs / (stepS * 1000)), { score, relative });
      }
      const end = Math.floor(atMs / (stepS * 1000));
      const expected = Array.from({ length: points }, (_, at) => lastOfStep.get(end - (points - 1 - at)));
      expect(series.read("BTCUSDT", span, end * stepS * 1000)).toEqual({
        score: expected.map((step) => step?.score ?? null),
        relative: expected.map((step) => step?.relative ?? null),
      });
    }),
    { numRuns: propertyRuns({ quick: 40, thorough: 1000 }) },
  );
});

it("counts a refresh at the very end of a step to that step, and the next one to the next", () => {
  const series = createScoreSeries();
  series.put("BTCUSDT", START_MS, 40, null);
  series.put("BTCUSDT", START_MS + 1, 60, 70);
  expect(series.read("BTCUSDT", "6h", START_MS, 2)).toEqual({ score: [null, 40], relative: [null, null] });
  expect(series.read("BTCUSDT", "6h", START_MS + 60_000, 2)).toEqual({ score: [40, 60], relative: [null, 70] });
});

it("is empty for a symbol that it does not know, or has forgotten", () => {
  const series = createScoreSeries();
  series.put("BTCUSDT", START_MS, 40, 41);
  expect(series.sinceMs("BTCUSDT")).toBe(START_MS);
  series.forget("BTCUSDT");
  expect(series.sinceMs("BTCUSDT")).toBeNull();
  expect(series.read("BTCUSDT", "90d", START_MS).score.every((value) => value === null)).toBe(true);
});
