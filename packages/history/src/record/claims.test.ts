import { createRandom } from "@pulseboard/testing/random";
import { describe, expect, it } from "vitest";
import { claimAlphaOf, claimOf } from "./claims.ts";
import { gateOf, gatesByDay } from "./gate.ts";
import { estimateRatio } from "./ratio-estimate.ts";
import { shuffledRecords } from "./testing/shuffled-records.ts";

/** Days of shares around `share`, each a deviation of `noise` off. */
function shares(length: number, share: number, noise: number, seed = 1) {
  const random = createRandom(seed);
  return Array.from({ length }, (_, day) => ({ day, sum: 100 * (share + noise * random.normal()), count: 100 }));
}

describe("a claim", () => {
  it.each([
    {
      what: "nothing before the minimum of days",
      days: 13,
      share: 0.4,
      claim: { kind: "collecting", day: 13, of: 14 },
    },
    { what: "a difference below", days: 14, share: 0.4, claim: { kind: "difference", side: "below" } },
    { what: "a difference above", days: 14, share: 0.6, claim: { kind: "difference", side: "above" } },
    { what: "no difference where the interval holds chance", days: 14, share: 0.501, claim: { kind: "no_difference" } },
  ])("says $what", ({ days, share, claim }) => {
    expect(claimOf(estimateRatio(shares(days, share, 0.01), 0), 0.5, 0.01, 14)).toEqual(claim);
  });

  it("is none where days do not differ, and collecting without any day", () => {
    expect(claimOf(estimateRatio(shares(20, 0.4, 0), 0), 0.5, 0.01, 14)).toEqual({ kind: "no_difference" });
    expect(claimOf(null, 0.5, 0.01, 14)).toEqual({ kind: "collecting", day: 0, of: 14 });
  });

  it("rests on an interval of 1 - .01 for the named figure, of 1 - .05 / N for the N others, never less than 1 - .01", () => {
    expect(claimAlphaOf(true, 44)).toBe(0.01);
    expect(claimAlphaOf(false, 44)).toBeCloseTo(0.05 / 44, 12);
    expect(claimAlphaOf(false, 2)).toBe(0.01);
  });
});

describe("the gate", () => {
  /** Correlations with exactly this t over any run of days of one mean: two values by turns. */
  const days = (means: readonly (readonly [days: number, mean: number])[]) =>
    means
      .flatMap(([length, mean]) => Array.from({ length }, () => mean))
      .map((mean, day) => ({
        day,
        sum: 96 * (mean + (day % 2 === 0 ? 0.1 : -0.1)),
        count: 96,
      }));

  it("is closed while it collects, opens at 2.5, and says why", () => {
    const gates = gatesByDay(days([[20, 0.1]]), "1h", 14);
    expect(gates[12]).toEqual({ shown: false, why: "collecting", t: null, days: 13 });
    // Mean .1 and a deviation of .1 * sqrt(14 / 13) / sqrt(14).
    expect(gates[13]).toMatchObject({ shown: true, why: "record_agrees", days: 14 });
    expect(gates[13]?.t).toBeCloseTo(Math.sqrt(13), 9);
  });

  it("stays open between 1.5 and 2.5 only if it was, and closes under 1.5", () => {
    const weak = gateOf(days([[16, 0.05]]), "1h", 14);
    expect(weak.t).toBeCloseTo(0.5 * Math.sqrt(15), 9);
    expect(weak).toMatchObject({ shown: false, why: "no_difference" });
    const fading = gatesByDay(
      days([
        [16, 0.1],
        [60, 0.02],
        [60, 0],
      ]),
      "1h",
      14,
    );
    const between = fading.filter(({ t }) => t !== null && t >= 1.5 && t < 2.5);
    expect(between.length).toBeGreaterThan(3);
    expect(between.every(({ shown }) => shown)).toBe(true);
    const under = fading.filter(({ t }) => t !== null && t < 1.5);
    expect(under.length).toBeGreaterThan(3);
    expect(under.every(({ shown, why }) => !shown && why === "no_difference")).toBe(true);
  });

  it("says that the record is opposite from -2.5 on", () => {
    expect(gateOf(days([[14, -0.1]]), "1h", 14)).toMatchObject({ shown: false, why: "record_opposite" });
    expect(gateOf(days([[14, -0.05]]), "1h", 14)).toMatchObject({ shown: false, why: "no_difference" });
  });

  it("looks at the last 60 days only", () => {
    const { t } = gateOf(
      days([
        [100, -0.3],
        [60, 0.1],
      ]),
      "1h",
      14,
    );
    expect(t).toBeCloseTo(Math.sqrt(59), 9);
  });

  it("takes the lag of 4 h into its deviation", () => {
    // Neighbours are opposite here: with one lag the variance shrinks.
    const same = days([[30, 0.01]]);
    expect(gateOf(same, "4h", 30).t ?? 0).toBeGreaterThan(5 * (gateOf(same, "1h", 30).t ?? 0));
  });

  it("is closed without a deviation", () => {
    const equal = Array.from({ length: 20 }, (_, day) => ({ day, sum: 0.3 * 96, count: 96 }));
    expect(gateOf(equal, "1h", 14)).toEqual({ shown: false, why: "no_difference", t: null, days: 20 });
  });
});

// A thousand of them are in shuffled.slow.test.ts, with the bounds of the method; so few records are further off by chance.
it("claims and shows little that is not so, where symbols are shuffled anew each day", () => {
  const { claimed, shown } = shuffledRecords(100, 2);
  expect(claimed).toBeLessThanOrEqual(0.2);
  expect(shown["1h"]).toBeLessThanOrEqual(0.04);
  expect(shown["4h"]).toBeLessThanOrEqual(0.04);
});
