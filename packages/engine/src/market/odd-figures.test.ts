import { describe, expect, it } from "vitest";
import type { RegimeInput } from "../domain/market-figures.ts";
import { createTicker } from "../testing/tickers.ts";
import { computeMarketFigures } from "./market-figures.ts";
import { computePerpsFigures } from "./perps-figures.ts";
import { classifyRegime } from "./regime.ts";
import { relativeScores } from "./relative-score.ts";

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, undefined, "9", 5n, {}, 1e300];
const refusal = (path: string) => expect.objectContaining({ name: "EngineInputError", path });

describe("figures of the market refuse what is no number", () => {
  it.each(["change24hPercent", "turnover24hUsd"])("%s of a ticker", (name) => {
    for (const odd of ODD) {
      const tickers = [createTicker("A"), { ...createTicker("B"), [name]: odd }];
      expect(() => computeMarketFigures(tickers)).toThrow(refusal(`tickers[1].${name}`));
    }
  });

  it.each(["fundingRate8h", "openInterestUsd", "markPrice", "indexPrice", "turnover24hUsd"])(
    "%s of a perpetual",
    (name) => {
      for (const odd of ODD) {
        expect(() => computePerpsFigures([{ ...createTicker("B"), [name]: odd }])).toThrow(
          refusal(`tickers[0].${name}`),
        );
      }
    },
  );

  it("a basis beyond all numbers is unknown", () => {
    const odd = { ...createTicker("B"), markPrice: 1e99, indexPrice: 1e-300, openInterestUsd: 1 };
    expect(computePerpsFigures([odd]).basisPercent).toBeNull();
  });
});

describe("the regime refuses what is no number", () => {
  const breadth = { advancing: 30, declining: 20, flat: 0, advancingPercent: 60, sentiment: "bullish" } as const;
  const input: RegimeInput = {
    weightedSignals: new Array(12).fill(0.1),
    samples: [],
    breadth,
    dispersionPercent: 3,
    fearGreedValue: null,
    btcDominanceChange24h: null,
  };

  it.each(["dispersionPercent", "fearGreedValue", "btcDominanceChange24h"])("%s", (name) => {
    for (const odd of ODD) {
      expect(() => classifyRegime({ ...input, [name]: odd })).toThrow(refusal(name));
    }
  });

  it.each(["advancing", "declining", "flat", "advancingPercent"])("%s of the breadth", (name) => {
    for (const odd of ODD) {
      const odds = { ...input, breadth: { ...breadth, [name]: odd } } as RegimeInput;
      expect(() => classifyRegime(odds)).toThrow(refusal(`breadth.${name}`));
    }
    expect(() => classifyRegime({ ...input, breadth: null as never })).toThrow(refusal("breadth"));
  });
});

describe("relative scores refuse", () => {
  const signals = Array.from({ length: 12 }, (_, i) => ({ symbol: `S${i}`, weightedSignal: i / 20 }));

  it("a W that is no number", () => {
    for (const odd of [...ODD, null, "0.1"]) {
      const odds = signals.with(3, { symbol: "S3", weightedSignal: odd as number });
      expect(() => relativeScores(odds)).toThrow(refusal("S3.weightedSignal"));
    }
  });

  it("a symbol that is there twice, and one without a name", () => {
    expect(() => relativeScores(signals.with(3, { symbol: "S1", weightedSignal: 0 }))).toThrow(
      refusal("signals[3].symbol"),
    );
    expect(() => relativeScores(signals.with(3, { symbol: "", weightedSignal: 0 }))).toThrow(
      refusal("signals[3].symbol"),
    );
  });
});
