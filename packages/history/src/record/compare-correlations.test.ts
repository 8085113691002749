import { expect, it } from "vitest";
import { compareCorrelations } from "./compare-correlations.ts";
import type { DayStatistics, EntryStatistics } from "./day-statistics.ts";

const EMPTY: EntryStatistics = {
  readings: 0,
  missing: 0,
  delisted: 0,
  correlations: {},
  lines: {},
  groups: {},
  crowded: {},
  directions: {},
};

/** A day of 96 moments with these mean correlations; a figure that is left out has none. */
function dayOf(day: number, means: Readonly<Record<string, number>>, moments = 96): DayStatistics {
  const correlations = Object.fromEntries(
    Object.entries(means).map(([name, mean]) => [name, { moments, readings: 20 * moments, sum: mean * moments }]),
  );
  const next = { ...EMPTY, correlations };
  return { day, horizon: "1h", moments, scores: 20 * moments, known: [], entries: { next, late: EMPTY } };
}

const OPTIONS = {
  figure: "score",
  than: "momentum",
  horizon: "1h",
  momentEveryMs: 900_000,
  alpha: 0.01,
  minimumDays: 5,
} as const;

it("what moves both figures alike on a day takes no part", () => {
  // The days differ by .4, the figures by .1 with a little noise: mean .1, deviations +-.01 of five days.
  const days = [0.3, -0.1, 0.2, 0, -0.2].map((common, i) =>
    dayOf(100 + i, { score: common + 0.1 + (i % 2 === 0 ? 0.01 : -0.015), momentum: common }),
  );
  const found = compareCorrelations(days, OPTIONS);
  expect(found).toMatchObject({ days: 5, claim: { kind: "difference", side: "above" } });
  expect(found?.difference).toBeCloseTo(0.1, 12);
  // t(.975, 4) = 2.776, and the deviation of the mean is sqrt(.00075 / 4 / 5).
  expect(found?.high).toBeCloseTo(0.1 + 2.7764 * Math.sqrt(0.00075 / 20), 5);
  const turned = compareCorrelations(days, { ...OPTIONS, figure: "momentum", than: "score" });
  expect(turned).toMatchObject({ days: 5, claim: { kind: "difference", side: "below" } });
  expect(turned?.difference).toBeCloseTo(-0.1, 12);
  expect(compareCorrelations(days, { ...OPTIONS, alpha: 1e-7 })?.claim).toEqual({ kind: "no_difference" });
  expect(compareCorrelations(days.slice(1), OPTIONS)?.claim).toEqual({ kind: "collecting", day: 4, of: 5 });
});

it("only days count on which both have a correlation, with nearly all of their moments, at the horizon", () => {
  const days = [
    dayOf(1, { score: 0.5 }),
    dayOf(2, { momentum: 0.5 }),
    dayOf(3, { score: 9, momentum: 0 }, 86),
    { ...dayOf(4, { score: 9, momentum: 0 }), horizon: "4h" as const },
  ];
  expect(compareCorrelations(days, OPTIONS)).toBeNull();
  const found = compareCorrelations([...days, dayOf(5, { score: 0.2, momentum: 0.1 })], OPTIONS);
  expect(found).toMatchObject({ low: null, high: null, days: 1 });
  expect(found?.difference).toBeCloseTo(0.1, 12);
});
