import { expect, it } from "vitest";
import { followMoments } from "./follow-moments.ts";

const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const PERIOD_MS = 30_000;

/** Two symbols at a moment, an entry 30 s later, and a refresh that is late for the exit by so much. */
function missingWhenLate(lateMs: number): number | undefined {
  const missing: number[] = [];
  const take = followMoments(
    { minSymbols: 2, momentEveryMs: 900_000, horizons: ["1h"] },
    { onMoment: () => undefined, onReturns: (_, __, entry, found) => entry === "next" && missing.push(found.missing) },
  );
  const rows = ["A", "B"].map((symbol) => ({ symbol, scored: true, markPrice: 1 }));
  for (const asOfMs of [START_MS, START_MS + PERIOD_MS, START_MS + PERIOD_MS + HOUR_MS + lateMs]) {
    take({ asOfMs, periodMs: PERIOD_MS, direction: null, rows });
  }
  return missing[0];
}

it("takes an exit that is late by two periods, and misses one that is later", () => {
  expect(missingWhenLate(0)).toBe(0);
  expect(missingWhenLate(2 * PERIOD_MS)).toBe(0);
  expect(missingWhenLate(2 * PERIOD_MS + 1)).toBe(2);
});

it("waits for an exit that is not due yet", () => {
  expect(missingWhenLate(-1)).toBeUndefined();
});
