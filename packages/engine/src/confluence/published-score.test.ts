import { generateMarket } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { EngineInputError } from "../domain/engine-input-error.ts";
import { COMPONENTS, type Contributions, type SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { foldScore, type PublishedScore, type ScoreAverage } from "./published-score.ts";
import { scoreSymbol } from "./score-symbol.ts";

const MINUTE_MS = 60_000;
const START_MS = 1_750_000_000_000;
const [first, second] = [generateMarket({ seed: 1, candles: 120 }), generateMarket({ seed: 2, candles: 120 })].map(
  (market) => scoreSymbol(market),
) as [SymbolAnalysis, SymbolAnalysis];

const contributionsOf = ({ components }: SymbolAnalysis) =>
  Object.fromEntries(components.map(({ component, contribution }) => [component, contribution]));
const stretched = (signal: number) => 50 + (50 * Math.tanh(1.8 * signal)) / Math.tanh(1.8);
const sum = (contributions: Contributions) => COMPONENTS.reduce((total, name) => total + contributions[name], 0);

/** The analysis of now after one of a while before. */
function foldAfter(sinceMs: number, now = second) {
  const before = foldScore(first, START_MS, null);
  return { before, folded: foldScore(now, START_MS + sinceMs, before?.average ?? null) };
}

function foldedContributions(): Contributions {
  const folded = foldScore(first, START_MS, null);
  if (folded === null) {
    throw new Error("it is folded");
  }
  return folded.average.contributions;
}

describe("the published score", () => {
  it("begins with the score of now", () => {
    const published = foldScore(first, START_MS, null);
    expect(published?.contributions).toEqual({
      before: null,
      now: contributionsOf(first),
      after: contributionsOf(first),
    });
    expect(published?.sinceBeforeMs).toBeNull();
    expect(published?.weightedSignal).toBeCloseTo(first.weightedSignal ?? Number.NaN, 12);
    expect(published?.score).toBeCloseTo(first.score ?? Number.NaN, 10);
    expect(published?.average).toEqual({
      contributions: contributionsOf(first),
      asOfMs: START_MS,
      beganAtMs: START_MS,
    });
    expect(published?.averagedMs).toBe(0);
  });

  it.each([0.5, 5, 10, 20, 60])("after %d min what was there before has halved for every 10 min", (minutes) => {
    const { before, folded } = foldAfter(minutes * MINUTE_MS);
    const share = 0.5 ** (minutes / 10);
    const [earlier, now] = [contributionsOf(first), contributionsOf(second)];
    expect(folded?.contributions.before).toEqual(before?.average.contributions);
    expect(folded?.contributions.now).toEqual(now);
    for (const component of COMPONENTS) {
      const expected = share * (earlier[component] ?? Number.NaN) + (1 - share) * (now[component] ?? Number.NaN);
      expect(folded?.contributions.after[component]).toBeCloseTo(expected, 14);
    }
    expect(folded?.sinceBeforeMs).toBe(minutes * MINUTE_MS);
    expect(folded?.average).toEqual({
      contributions: folded?.contributions.after,
      asOfMs: START_MS + minutes * MINUTE_MS,
      beganAtMs: minutes > 3 ? START_MS + minutes * MINUTE_MS : START_MS,
      ...(minutes > 3 ? { afterGap: true } : {}),
    });
    expect(folded?.averagedMs).toBe(minutes > 3 ? 0 : minutes * MINUTE_MS);
    const after = folded?.contributions.after ?? folded?.contributions.now;
    expect(after && folded?.weightedSignal).toBe(after && sum(after));
    expect(folded?.score).toBeCloseTo(stretched(folded?.weightedSignal ?? Number.NaN), 12);
  });

  it.each([3_600_001, -60_001])("begins anew when the fold before is %d ms ago", (sinceMs) => {
    const { folded } = foldAfter(sinceMs);
    expect(folded).toEqual(foldScore(second, START_MS + sinceMs, null));
    expect(folded?.contributions.before).toBeNull();
  });

  it.each([0, -1, -60_000])(
    "stays as it is at %d ms after the fold before, and its time does not go back",
    (sinceMs) => {
      const { before, folded } = foldAfter(sinceMs);
      expect(folded?.average).toEqual(before?.average);
      expect(folded?.contributions).toEqual({
        before: before?.average.contributions,
        now: contributionsOf(second),
        after: before?.average.contributions,
      });
      expect(folded).toMatchObject({ sinceBeforeMs: 0, score: before?.score });
    },
  );

  it("folds one longer step as it folds two shorter ones towards the same score of now", () => {
    const whole = foldAfter(20 * MINUTE_MS).folded;
    const half = foldAfter(7 * MINUTE_MS).folded;
    const twice = foldScore(second, START_MS + 20 * MINUTE_MS, half?.average ?? null);
    expect(twice?.weightedSignal).toBeCloseTo(whole?.weightedSignal ?? Number.NaN, 12);
  });

  it("counts a component without data as 0", () => {
    const book = { known: false, reason: "not_provided", periodMs: 30_000 } as const;
    const blind = scoreSymbol({ ...generateMarket({ seed: 2, candles: 120 }), book });
    const { folded } = foldAfter(10 * MINUTE_MS, blind);
    expect(folded?.contributions.now.orderbook).toBe(0);
    expect(folded?.contributions.after.orderbook).toBeCloseTo((contributionsOf(first).orderbook ?? Number.NaN) / 2, 14);
  });

  it("is not folded without a score of now, or with a coverage under .25", () => {
    const withCoverage = (coverage: number): SymbolAnalysis => ({
      ...first,
      reliabilityFactors: { ...first.reliabilityFactors, coverage },
    });
    expect(foldScore(withCoverage(0.2499), START_MS, null)).toBeNull();
    expect(foldScore(withCoverage(0.25), START_MS, null)).not.toBeNull();
    const market = generateMarket({ seed: 1, candles: 120 });
    const nothing = { known: false, reason: "not_provided", periodMs: 1 } as const;
    const unscored = scoreSymbol({
      ...market,
      candles: mapValues(market.candles, () => nothing),
      ticker: nothing,
      book: nothing,
      trades: nothing,
      openInterestBase: nothing,
      longAccountShare: nothing,
      fundingRate8h: nothing,
      liquidations: nothing,
    });
    expect(foldScore(unscored, START_MS, null)).toBeNull();
  });

  it("is refused for a time or an average that is not finite", () => {
    expect(() => foldScore(first, Number.NaN, null)).toThrow("nowMs is NaN");
    const average = foldScore(first, START_MS, null)?.average;
    if (average === undefined) {
      throw new Error("the first fold has an average");
    }
    expect(() => foldScore(second, START_MS, { ...average, asOfMs: Number.NaN })).toThrow("before.asOfMs is NaN");
    const contributions = { ...average.contributions, volume: Number.NaN };
    expect(() => foldScore(second, START_MS, { ...average, contributions })).toThrow(
      new EngineInputError("before.contributions.volume", "is NaN, not a number of -1 to 1"),
    );
  });

  it("refuses a beginning after the last fold, and shares that are none", () => {
    const average = { contributions: { ...foldedContributions() }, asOfMs: START_MS };
    for (const beganAtMs of [Number.NaN, Number.NEGATIVE_INFINITY, START_MS + 1]) {
      expect(() => foldScore(second, START_MS, { ...average, beganAtMs })).toThrow(`before.beganAtMs is ${beganAtMs}`);
    }
    const withShares = (volume: number, orderflow: number) => ({
      ...average,
      contributions: { ...average.contributions, volume, orderflow },
    });
    expect(() => foldScore(second, START_MS, withShares(7, 0))).toThrow("before.contributions.volume is 7");
    expect(() => foldScore(second, START_MS, withShares(0.9, 0.9))).toThrow(/^before.contributions is 1\.\d+, but/);
    const [only, ...others] = second.components;
    const broken = { ...second, components: only ? [{ ...only, contribution: Number.NaN }, ...others] : others };
    expect(() => foldScore(broken, START_MS, null)).toThrow(/^analysis.contributions\.[a-z]+ is NaN/);
  });

  it("names the time that was read without a gap of over 3 min, and a gap within the last quarter of an hour", () => {
    const words: (string | undefined)[] = [];
    let average: ScoreAverage | null = null;
    for (const minute of [0, 3, 6, 64, 65, 68, 71, 74, 77, 79]) {
      const folded: PublishedScore | null = foldScore(second, START_MS + minute * MINUTE_MS, average);
      average = folded?.average ?? null;
      const said = / at [\d.]+ ([^.]+)\. /.exec(folded?.interpretation.overall ?? "")?.[1];
      words.push(`${minute}: ${said}, ${(folded?.averagedMs ?? Number.NaN) / MINUTE_MS}`);
    }
    expect(words).toEqual([
      "0: now, 0",
      "3: over the last 3 min, 3",
      "6: over the last 6 min, 6",
      "64: now and before a gap, 0",
      "65: over the last 1 min and before a gap, 1",
      "68: over the last 4 min and before a gap, 4",
      "71: over the last 7 min and before a gap, 7",
      "74: over the last 10 min and before a gap, 10",
      "77: over the last 13 min and before a gap, 13",
      "79: over the last quarter of an hour, 15",
    ]);
  });

  it("has sentences of the published score", () => {
    const { folded } = foldAfter(5 * MINUTE_MS);
    expect(folded?.interpretation.overall).toContain(` at ${folded?.score.toFixed(1)}`);
    expect(second.interpretation.overall).toContain(` at ${second.score?.toFixed(1)}`);
  });
});

function mapValues<K extends string, V>(record: Readonly<Record<K, V>>, value: () => V): Record<K, V> {
  return Object.fromEntries(Object.keys(record).map((key) => [key, value()])) as Record<K, V>;
}
