import { describe, expect, it } from "vitest";
import type { RegimeInput } from "../domain/market-figures.ts";
import { classifyRegime } from "./regime.ts";

interface Case {
  readonly score: number;
  readonly up?: number;
  readonly fearGreed?: number;
  readonly dispersion?: number;
  readonly dominance?: number;
}

function input({ score, up = 50, fearGreed, dispersion = 5, dominance }: Case): RegimeInput {
  return {
    scores: Array.from({ length: 10 }, () => score),
    breadth: { advancing: up, declining: 100 - up, flat: 0, advancingPercent: up, sentiment: null },
    dispersionPercent: dispersion,
    fearGreedValue: fearGreed ?? null,
    btcDominanceChange24h: dominance ?? null,
  };
}

describe("market regime: the first that matches", () => {
  it.each<[Case, string]>([
    [{ score: 40, dispersion: 15.1 }, "Volatile: Volatile Selloff"],
    [{ score: 55, dispersion: 16 }, "Volatile: Volatile Rally"],
    [{ score: 50, dispersion: 16 }, "Volatile: Choppy Waters"],
    [{ score: 58, up: 60, fearGreed: 55 }, "Strong Bullish: Euphoric Rally"],
    [{ score: 60, up: 60, fearGreed: 54 }, "Strong Bullish: Broad Rally"],
    [{ score: 60, up: 30, fearGreed: 80 }, "Strong Bullish: Selective Strength"],
    [{ score: 60 }, "Strong Bullish: Bullish Momentum"],
    [{ score: 53, up: 70, dominance: -1.1 }, "Bullish: Alt Season"],
    [{ score: 57.9, up: 70, dominance: -1 }, "Bullish: Risk-On"],
    [{ score: 55, fearGreed: 45 }, "Bullish: Accumulation Zone"],
    [{ score: 55, fearGreed: 46 }, "Bullish: Mild Uptrend"],
    [{ score: 42, up: 30, fearGreed: 25 }, "Strong Bearish: Capitulation"],
    [{ score: 42, up: 30, fearGreed: 26 }, "Strong Bearish: Broad Selloff"],
    [{ score: 40, dominance: 1.5 }, "Strong Bearish: Flight to BTC"],
    [{ score: 40 }, "Strong Bearish: Bearish Momentum"],
    [{ score: 47, up: 20, fearGreed: 60 }, "Bearish: Distribution Zone"],
    [{ score: 45, up: 20 }, "Bearish: Risk-Off"],
    [{ score: 45 }, "Bearish: Mild Downtrend"],
    [{ score: 50, dispersion: 8.1, up: 70, fearGreed: 90 }, "Neutral: Choppy Range"],
    [{ score: 52.9, up: 60, fearGreed: 55 }, "Neutral: Topping Formation"],
    [{ score: 48, up: 30, fearGreed: 45 }, "Neutral: Bottoming Formation"],
    [{ score: 50, dominance: -2 }, "Neutral: Alt Accumulation"],
    [{ score: 50, dispersion: 8 }, "Neutral: Consolidation"],
  ])("%j", (conditions, expected) => {
    const regime = classifyRegime(input(conditions));
    expect(regime.known && `${regime.category}: ${regime.label}`).toBe(expected);
  });

  it("is unknown with fewer than 10 scores or 50 symbols, and before the first scores", () => {
    const enough = input({ score: 60 });
    const breadth = { ...enough.breadth, advancing: 20, declining: 20, flat: 9 };
    expect(classifyRegime({ ...enough, scores: enough.scores.slice(1) })).toEqual({
      known: false,
      reason: "too_short",
    });
    expect(classifyRegime({ ...enough, breadth })).toEqual({ known: false, reason: "too_short" });
    expect(classifyRegime({ ...enough, scores: [] })).toEqual({ known: false, reason: "warming_up" });
    expect(classifyRegime({ ...enough, dispersionPercent: null })).toEqual({ known: false, reason: "not_provided" });
    expect(classifyRegime({ ...enough, breadth: { ...breadth, flat: 10 } })).toMatchObject({ known: true });
  });
});
