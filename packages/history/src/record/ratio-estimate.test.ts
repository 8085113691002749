import { createRandom, type Random } from "@pulseboard/testing/random";
import { describe, expect, it } from "vitest";
import { type DaySum, estimateDifference, estimateRatio, intervalOf } from "./ratio-estimate.ts";

/** Days whose shares hang together over `lagDays`, with counts that differ, and here and there a day that does not count. */
function madeDays(random: Random, length: number, lagDays: number): readonly DaySum[] {
  const shocks = Array.from({ length: length + lagDays }, () => random.normal());
  return Array.from({ length }, (_, day) => {
    const shared = shocks.slice(day, day + lagDays + 1).reduce((sum, shock) => sum + shock, 0) / (lagDays + 1);
    const count = 20 + random.below(80);
    return { day, sum: count * (0.48 + 0.1 * shared + 0.02 * random.normal()), count };
  }).filter(() => random.uniform() > 0.05);
}

/** The deviation of the ratio over days that are drawn anew in blocks, which go on from the last day to the first. */
function bootstrapDeviation(days: readonly DaySum[], length: number, blockDays: number, random: Random): number {
  const byDay = new Map(days.map((each) => [each.day, each]));
  const ratios = Array.from({ length: 4_000 }, () => {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < length; drawn += blockDays) {
      const start = random.below(length);
      for (let place = 0; place < Math.min(blockDays, length - drawn); place += 1) {
        const day = byDay.get((start + place) % length);
        sum += day?.sum ?? 0;
        count += day?.count ?? 0;
      }
    }
    return sum / count;
  });
  const mean = ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length;
  return Math.sqrt(ratios.reduce((total, ratio) => total + (ratio - mean) ** 2, 0) / (ratios.length - 1));
}

describe("the deviation of a ratio over days", () => {
  const cases = [0, 1, 3].flatMap((lagDays) => [60, 90, 180].map((length) => ({ lagDays, length })));

  it.each(cases)(
    "is within 15 % of a bootstrap's over circular blocks: $lagDays lags, $length days",
    ({ lagDays, length }) => {
      const random = createRandom(100 * length + lagDays);
      for (let series = 0; series < 5; series += 1) {
        const days = madeDays(random, length, lagDays);
        const deviation = estimateRatio(days, lagDays)?.deviation ?? 0;
        const drawn = bootstrapDeviation(days, length, lagDays + 1, random);
        expect(deviation / drawn).toBeGreaterThan(0.85);
        expect(deviation / drawn).toBeLessThan(1.15);
      }
    },
  );

  it("is the textbook's where counts are equal and days do not hang together", () => {
    const shares = [0.4, 0.5, 0.7, 0.45];
    const days = shares.map((share, day) => ({ day, sum: 10 * share, count: 10 }));
    const mean = 0.5125;
    const sampleVariance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 3;
    const estimate = estimateRatio(days, 0);
    expect(estimate?.ratio).toBeCloseTo(mean, 12);
    expect(estimate?.deviation).toBeCloseTo(Math.sqrt(sampleVariance / 4), 12);
    const interval = estimate && intervalOf(estimate, 0.05);
    expect(interval?.high).toBeCloseTo(mean + 3.182446305 * Math.sqrt(sampleVariance / 4), 8);
    expect(interval?.low).toBeCloseTo(mean - 3.182446305 * Math.sqrt(sampleVariance / 4), 8);
  });

  it("takes the neighbours within its lags by the calendar: over a day that is not there they are two days apart", () => {
    const sums = (dayOfThird: number): readonly DaySum[] => [
      { day: 0, sum: 3, count: 10 },
      { day: 1, sum: 7, count: 10 },
      { day: dayOfThird, sum: 8, count: 10 },
    ];
    // u = -3, 1, 2 around 6; all counts add up to 30.
    const squares = 9 + 1 + 4;
    const variance = (crossed: number) => ((3 / 2) * (squares + 2 * crossed)) / 900;
    expect(estimateRatio(sums(2), 1)?.deviation).toBeCloseTo(Math.sqrt(variance(0.5 * (-3 + 2))), 12);
    expect(estimateRatio(sums(3), 1)?.deviation).toBeCloseTo(Math.sqrt(variance(0.5 * -3)), 12);
  });

  it.each([
    { what: "one day", days: [{ day: 1, sum: 4, count: 10 }] },
    { what: "equal days", days: [0.1, 0.2, 0.3].map((part, day) => ({ day, sum: 0.47 * part, count: part })) },
  ])("is not there for $what, and neither is an interval", ({ days }) => {
    const estimate = estimateRatio(days, 0);
    expect(estimate?.deviation).toBeNull();
    expect(estimate && intervalOf(estimate, 0.05)).toBeNull();
  });

  it("of a difference is that of the day's differences, where both have the same counts", () => {
    const random = createRandom(5);
    const first = Array.from({ length: 40 }, (_, day) => ({ day, sum: random.normal(), count: 4 }));
    const second = first.map(({ day, sum }) => ({ day, sum: 0.7 * sum + random.normal(), count: 4 }));
    const apart = first.map(({ day, sum }, index) => ({ day, sum: sum - (second[index]?.sum ?? 0), count: 4 }));
    const difference = estimateDifference(first, second, 3);
    const plain = estimateRatio(apart, 3);
    expect(difference?.ratio).toBeCloseTo(plain?.ratio ?? Number.NaN, 12);
    expect(difference?.deviation).toBeCloseTo(plain?.deviation ?? Number.NaN, 12);
  });
});
