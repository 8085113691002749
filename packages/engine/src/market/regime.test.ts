import { describe, expect, it } from "vitest";
import type { RegimeInput } from "../domain/market-figures.ts";
import { classifyRegime } from "./regime.ts";

interface Case {
  /** Of a market without samples: W is z times the usual deviation. */
  readonly z: number;
  readonly up?: number;
  readonly fearGreed?: number;
  readonly dispersion?: number;
  readonly dominance?: number;
}

function input({ z, up = 50, fearGreed, dispersion = 5, dominance }: Case): RegimeInput {
  return {
    weightedSignals: Array.from({ length: 10 }, () => z * 0.09),
    samples: [],
    breadth: { advancing: up, declining: 100 - up, flat: 0, advancingPercent: up, sentiment: null },
    dispersionPercent: dispersion,
    fearGreedValue: fearGreed ?? null,
    btcDominanceChange24h: dominance ?? null,
  };
}

describe("market regime: the first that matches", () => {
  it.each<[Case, string]>([
    [{ z: -2, dispersion: 15.1 }, "Volatile: Volatile Selloff"],
    [{ z: 1, dispersion: 16 }, "Volatile: Volatile Rally"],
    [{ z: 0, dispersion: 16 }, "Volatile: Choppy Waters"],
    [{ z: 1.51, up: 60, fearGreed: 55 }, "Strong Bullish: Euphoric Rally"],
    [{ z: 2, up: 60, fearGreed: 54 }, "Strong Bullish: Broad Rally"],
    [{ z: 2, up: 30, fearGreed: 80 }, "Strong Bullish: Selective Strength"],
    [{ z: 2 }, "Strong Bullish: Bullish Momentum"],
    [{ z: 0.51, up: 70, dominance: -1.1 }, "Bullish: Alt Season"],
    [{ z: 1.49, up: 70, dominance: -1 }, "Bullish: Risk-On"],
    [{ z: 1, fearGreed: 45 }, "Bullish: Accumulation Zone"],
    [{ z: 1, fearGreed: 46 }, "Bullish: Mild Uptrend"],
    [{ z: -1.51, up: 30, fearGreed: 25 }, "Strong Bearish: Capitulation"],
    [{ z: -1.51, up: 30, fearGreed: 26 }, "Strong Bearish: Broad Selloff"],
    [{ z: -2, dominance: 1.5 }, "Strong Bearish: Flight to BTC"],
    [{ z: -2 }, "Strong Bearish: Bearish Momentum"],
    [{ z: -0.51, up: 20, fearGreed: 60 }, "Bearish: Distribution Zone"],
    [{ z: -1, up: 20 }, "Bearish: Risk-Off"],
    [{ z: -1 }, "Bearish: Mild Downtrend"],
    [{ z: 0, dispersion: 8.1, up: 70, fearGreed: 90 }, "Neutral: Choppy Range"],
    [{ z: 0.49, up: 60, fearGreed: 55 }, "Neutral: Topping Formation"],
    [{ z: -0.4, up: 30, fearGreed: 45 }, "Neutral: Bottoming Formation"],
    [{ z: 0, dominance: -2 }, "Neutral: Alt Accumulation"],
    [{ z: 0, dispersion: 8 }, "Neutral: Consolidation"],
  ])("%j", (conditions, expected) => {
    const regime = classifyRegime(input(conditions));
    expect(regime.known && `${regime.category}: ${regime.label}`).toBe(expected);
  });

  it("is unknown with fewer than 10 scores or 50 symbols, and before the first scores", () => {
    const enough = input({ z: 2 });
    const breadth = { ...enough.breadth, advancing: 20, declining: 20, flat: 9 };
    const nine = enough.weightedSignals.slice(1);
    expect(classifyRegime({ ...enough, weightedSignals: nine })).toEqual({ known: false, reason: "too_short" });
    expect(classifyRegime({ ...enough, breadth })).toEqual({ known: false, reason: "too_short" });
    expect(classifyRegime({ ...enough, weightedSignals: [] })).toEqual({ known: false, reason: "warming_up" });
    expect(classifyRegime({ ...enough, dispersionPercent: null })).toEqual({ known: false, reason: "not_provided" });
    expect(classifyRegime({ ...enough, breadth: { ...breadth, flat: 10 } })).toMatchObject({ known: true });
  });
});

describe("the direction of the market", () => {
  it("is refused with a W or a sample that is not finite", () => {
    const whole = input({ z: 1 });
    const weightedSignals = whole.weightedSignals.with(3, Number.NaN);
    expect(() => classifyRegime({ ...whole, weightedSignals })).toThrow("weightedSignals[3] is NaN");
    expect(() => classifyRegime({ ...whole, samples: [0.1, Number.POSITIVE_INFINITY] })).toThrow(
      "samples[1] is Infinity",
    );
  });

  const zOf = (weightedSignals: readonly number[], samples: readonly number[]) => {
    const regime = classifyRegime({ ...input({ z: 0 }), weightedSignals, samples });
    return regime.known ? regime.z : Number.NaN;
  };
  const ten = (mean: number) => Array.from({ length: 10 }, (_, i) => mean + (i % 2 === 0 ? 0.05 : -0.05));

  it("is the mean W in usual deviations, while there are no samples", () => {
    expect(zOf(ten(0.135), [])).toBeCloseTo(1.5, 12);
    expect(zOf(ten(-0.045), [])).toBeCloseTo(-0.5, 12);
  });

  it("is measured by the market's own samples as they come, without a switch, and about zero", () => {
    const samples = Array.from({ length: 672 }, () => 0.2);
    const expected = (n: number) => 0.1 / Math.sqrt((n * 0.2 ** 2 + 96 * 0.09 ** 2) / (n + 96));
    for (const n of [1, 96, 672]) {
      expect(zOf(ten(0.1), samples.slice(0, n))).toBeCloseTo(expected(n), 12);
    }
  });

  it("changes its sign in the mirrored market", () => {
    const samples = [0.1, -0.03, 0.2];
    const mirrored = (values: readonly number[]) => values.map((value) => -value);
    expect(zOf(mirrored(ten(0.1)), mirrored(samples))).toBe(-zOf(ten(0.1), samples));
  });

  it.each([
    [0.5, "Bullish"],
    [1.5, "Strong Bullish"],
    [-0.5, "Bearish"],
    [-1.5, "Strong Bearish"],
  ])("a z of %d and a little more is %s, a little less is not", (line, category) => {
    const categoryAt = (z: number) => {
      const regime = classifyRegime(input({ z }));
      return regime.known && regime.category;
    };
    expect(categoryAt(line * (1 + 1e-9))).toBe(category);
    expect(categoryAt(line * (1 - 1e-9))).not.toBe(category);
  });
});
