import { generateMarket } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Book } from "../domain/market-data.ts";
import type { SymbolAnalysis } from "../domain/symbol-analysis.ts";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { mapInput } from "../testing/reflect.ts";
import { scoreSymbol } from "./score-symbol.ts";

const market = generateMarket({ seed: 5, price: 100 });

interface Leaf {
  readonly weight: number;
  readonly signal: number;
}

/** The known leaves of an analysis with their nominal weights. */
function leavesOf({ components }: SymbolAnalysis): readonly Leaf[] {
  return components
    .flatMap((component) =>
      component.rules.flatMap((rule) =>
        (rule.timeframes.length > 0 ? rule.timeframes : [{ ...rule, weight: 1 }]).map(({ weight, signal }) => ({
          weight: component.weight * rule.weight * weight,
          signal: signal ?? Number.NaN,
        })),
      ),
    )
    .filter(({ signal }) => !Number.isNaN(signal));
}

describe("reliability", () => {
  it("is the product of coverage, freshness, consensus over leaves, and quality", () => {
    const { reliability, reliabilityFactors: factors, ...analysis } = scoreSymbol(market);
    const leaves = leavesOf({ ...analysis, reliability, reliabilityFactors: factors });
    const total = leaves.reduce((sum, { weight }) => sum + weight, 0);
    const mean = leaves.reduce((sum, { weight, signal }) => sum + weight * signal, 0) / total;
    const variance = leaves.reduce((sum, { weight, signal }) => sum + weight * (signal - mean) ** 2, 0) / total;
    expect(factors.coverage).toBeCloseTo(total, 12);
    expect(factors.freshness).toBe(1);
    expect(factors.consensus).toBeCloseTo(Math.sqrt(1 - variance / 2), 12);
    expect(reliability).toBeCloseTo(factors.coverage * factors.consensus * factors.quality, 12);
    const pairs = leaves.flatMap((a) => leaves.map((b) => a.weight * b.weight * (1 - (a.signal - b.signal) ** 2 / 4)));
    const squared = pairs.reduce((sum, pair) => sum + pair, 0);
    expect((factors.coverage * factors.consensus) ** 2).toBeCloseTo(squared, 12);
  });

  it("covers at most .96 while order flow imbalance has no stream", () => {
    const { components, reliabilityFactors } = scoreSymbol(market);
    const unknown = components.flatMap((component) =>
      component.rules.flatMap((rule) =>
        (rule.timeframes.length > 0 ? rule.timeframes : [{ ...rule, weight: 1 }])
          .filter(({ signal }) => signal === null && rule.rule !== "order_flow_imbalance")
          .map(({ weight }) => component.weight * rule.weight * weight),
      ),
    );
    const others = unknown.reduce((sum, weight) => sum + weight, 0);
    expect(reliabilityFactors.coverage + others).toBeCloseTo(0.96, 12);
  });

  it("counts two rules of one component that contradict each other", () => {
    const balanced = scoreSymbol(onlyBook(bookOf([1, 3], [1, 3])));
    // The best level says up and the next levels say down, so that the component's mean is near 0 in both.
    const torn = scoreSymbol(onlyBook(bookOf([100, 1], [1, 100])));
    expect(balanced.reliabilityFactors.consensus).toBeGreaterThan(torn.reliabilityFactors.consensus);
  });

  it("is 0 when nothing is fresh", () => {
    const old = mapInput(market.book, (book) => book);
    const book = old.known ? { ...old, asOfMs: market.nowMs - 5 * old.periodMs } : old;
    const analysis = scoreSymbol({ ...onlyBook(bookOf([1], [2])), book });
    expect(analysis.reliabilityFactors).toMatchObject({ freshness: 0, consensus: 0 });
    expect(analysis.reliability).toBe(0);
    expect(analysis.score).not.toBeNull();
  });
});

describe("quality", () => {
  const qualityOf = (book: Book) =>
    scoreSymbol({ ...market, book: mapInput(market.book, () => book) }).reliabilityFactors.quality;
  const expected = (spreadBp: number, depthUsd: number) =>
    0.3 + 0.7 * (1 / (1 + (spreadBp / 5) ** 2)) * (depthUsd / (depthUsd + 100_000));

  it("follows from the spread, and the depth that counts in full to 5 bp and not at all from 15 bp on", () => {
    const at = (bp: number, sign: 1 | -1) => 100 * (1 + (sign * bp) / 10_000);
    const away = [1, 5, 7.5, 14, 15, 100];
    const quantity = Float64Array.from(away, () => 300);
    const book: Book = {
      timeMs: market.nowMs,
      bidPrice: Float64Array.from(away, (bp) => at(bp, -1)),
      bidQuantityBase: quantity,
      askPrice: Float64Array.from(away, (bp) => at(bp, 1)),
      askQuantityBase: quantity,
    };
    const shares = [1, 1, 0.75, 0.1, 0, 0];
    const depthUsd = shares.reduce((sum, share) => sum + share * 300 * 200, 0);
    expect(qualityOf(book)).toBeCloseTo(expected(2, depthUsd), 9);
  });

  it("has no edge: a level that moves by a millionth of an ATR moves it by almost nothing, wherever it is", () => {
    const withLevelAt = (bp: number) =>
      qualityOf({
        timeMs: market.nowMs,
        bidPrice: Float64Array.of(99.99, 100 * (1 - bp / 10_000)),
        bidQuantityBase: Float64Array.of(1, 1000),
        askPrice: Float64Array.of(100.01),
        askQuantityBase: Float64Array.of(1),
      });
    for (let bp = 2; bp < 20; bp += 0.5) {
      expect(Math.abs(withLevelAt(bp) - withLevelAt(bp + 1e-5))).toBeLessThan(1e-5);
    }
  });
});

function bookOf(bids: readonly number[], asks: readonly number[]): Book {
  return {
    timeMs: market.nowMs,
    bidPrice: Float64Array.from(bids, (_, i) => 99.99 - 0.01 * i),
    bidQuantityBase: Float64Array.from(bids),
    askPrice: Float64Array.from(asks, (_, i) => 100.01 + 0.01 * i),
    askQuantityBase: Float64Array.from(asks),
  };
}

/** A market of which nothing is known but the book. */
function onlyBook(book: Book): SymbolInputs {
  const gone = { known: false, reason: "not_provided", periodMs: 60_000 } as const;
  return {
    ...market,
    ticker: gone,
    candles: { "1m": gone, "5m": gone, "30m": gone, "4h": gone },
    book: mapInput(market.book, () => book),
    trades: gone,
    openInterestBase: gone,
    longAccountShare: gone,
    fundingRate8h: gone,
    liquidations: gone,
  };
}
