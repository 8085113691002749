import { generateMarket, known } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlePath } from "../testing/candle-path.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { nudgeSomething } from "../testing/nudge.ts";
import { type NamedSignal, signalsOf } from "../testing/signals.ts";
import { type WeightedSignal, weightedSignal } from "./evaluate.ts";
import { stretchedScore } from "./score.ts";
import { ALL_COMPONENTS, scoreSymbol } from "./score-symbol.ts";

const NUDGES_PER_MARKET = 6;
const POINTS_PER_SIGNAL = 50;

describeLaw("law 7: a tiny change of input changes almost nothing, unless an event appears", 12, (market, seed) => {
  const random = createRandom(seed);
  const whole = scoreSymbol(market);
  const before = signalsOf(whole);
  for (let n = 0; n < NUDGES_PER_MARKET; n++) {
    const { what, market: nudged } = nudgeSomething(market, random);
    const analysis = scoreSymbol(nudged);
    const after = signalsOf(analysis);
    const qualityMoved = Math.abs(analysis.reliabilityFactors.quality - whole.reliabilityFactors.quality);
    expect(qualityMoved, `quality by ${what}`).toBeLessThanOrEqual(1e-4);
    if (silenceEnded(before, after)) {
      continue;
    }
    for (const [index, { path, signal, eventBased }] of before.entries()) {
      const moved = after[index]?.signal ?? null;
      if (eventBased || signal === null || moved === null) {
        continue;
      }
      expect(Math.abs(moved - signal) * POINTS_PER_SIGNAL, `${path} by ${what}`).toBeLessThanOrEqual(0.01);
    }
  }
});

/**
 * A timeframe of 60 candles at one price has no data (law 4). One price that moves ends that, which changes the amount of data.
 * RSI is null in no other case.
 */
function silenceEnded(before: readonly NamedSignal[], after: readonly NamedSignal[]): boolean {
  return before.some(({ path, reason }, i) => path.startsWith("technical.rsi.") && after[i]?.reason !== reason);
}

describe("law 7 after a sudden silence", () => {
  it("a window with almost no range is not divided by its range", () => {
    const busy = Array.from({ length: 100 }, (_, i) => ({ close: 100 + Math.sin(i) }));
    const silent = Array.from({ length: 54 }, () => ({ close: 100, open: 100, high: 100, low: 100 }));
    const signalsAfter = (move: number) => {
      const path = [...busy, ...silent, { close: 100 + move, open: 100, high: 100 + move, low: 100 }];
      const candles = { ...market.candles, "5m": known(candlePath(300_000, path), 300_000) };
      return signalsOf(scoreSymbol({ ...market, candles })).filter(({ path: name }) => name.endsWith(".5m"));
    };
    const market = generateMarket({ seed: 9, candles: 70 });
    // Wilder's average has fallen to about a fiftieth of its value in the busy stretch.
    const atr = 0.02;
    const [before, after] = [signalsAfter(0), signalsAfter(1e-6 * atr)];
    expect(before.filter(({ signal }) => signal !== null).length).toBeGreaterThan(10);
    for (const [index, { path, signal, eventBased }] of before.entries()) {
      if (eventBased) {
        continue;
      }
      const moved = Math.abs((after[index]?.signal ?? Number.NaN) - (signal ?? Number.NaN)) * POINTS_PER_SIGNAL;
      expect(moved, path).toBeLessThanOrEqual(0.01);
    }
  });
});

describe("law 8: monotone", () => {
  const parts = fc.array(
    fc.record({
      weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
      signal: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it("raising one signal never lowers its weighted mean", () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.double({ min: 0, max: 2, noNaN: true }), (signals, which, raise) => {
        const index = which % signals.length;
        const raised = signals.map((part: WeightedSignal, i) =>
          i === index && part.signal !== null ? { ...part, signal: Math.min(1, part.signal + raise) } : part,
        );
        const before = weightedSignal(signals);
        const after = weightedSignal(raised);
        expect(after === null).toBe(before === null);
        expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("raising W never lowers the score, which is 0, 50 and 100 at W = -1, 0 and 1", () => {
    const signal = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(signal, signal, (a, b) => {
        expect(stretchedScore(Math.max(a, b))).toBeGreaterThanOrEqual(stretchedScore(Math.min(a, b)));
      }),
    );
    expect([-1, 0, 1].map(stretchedScore)).toEqual([0, 50, 100]);
  });

  it("every weight is positive, and the weights of components, rules and timeframes each add up to 1", () => {
    const sum = (weights: readonly number[]) => weights.reduce((total, weight) => total + weight, 0);
    expect(sum(ALL_COMPONENTS.map(({ weight }) => weight))).toBeCloseTo(1, 12);
    for (const { rules, timeframeWeights } of ALL_COMPONENTS) {
      expect(sum(rules.map(({ weight }) => weight))).toBeCloseTo(1, 12);
      expect(sum(Object.values(timeframeWeights))).toBeCloseTo(1, 12);
      expect(rules.every(({ weight }) => weight > 0)).toBe(true);
    }
  });
});
