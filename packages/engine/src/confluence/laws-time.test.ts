import { generateMarket } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Candles } from "../domain/market-data.ts";
import type { SymbolInputs, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { mapInput } from "../testing/reflect.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

describeLaw("law 5: candles that close after now change nothing", 12, (market) => {
  const later = changeCandles(market, (candles) => ({
    ...candles,
    openTimeMs: append(candles.openTimeMs, [
      (candles.openTimeMs.at(-1) ?? 0) + 2 * candles.intervalMs,
      (candles.openTimeMs.at(-1) ?? 0) + 3 * candles.intervalMs,
    ]),
    open: append(candles.open, [1, 2]),
    high: append(candles.high, [3, 4e9]),
    low: append(candles.low, [0.5, 1]),
    close: append(candles.close, [2, 3e9]),
    volumeBase: append(candles.volumeBase, [1e12, 0]),
  }));
  const [before, after] = [scoreSymbol(market), scoreSymbol(later)];
  expect(after.components).toEqual(before.components);
  expect(after.technicalRating).toEqual(before.technicalRating);
  expect(after.reliability).toBe(before.reliability);
});

describeLaw("law 6: the same inputs give the same bits, and are not modified", 8, (market) => {
  const copy = structuredClone(market);
  const first = scoreSymbol(market);
  scoreSymbol(generateMarket({ seed: 1, candles: 60 }));
  expect(scoreSymbol(market)).toEqual(first);
  expect(scoreSymbol(copy)).toEqual(first);
  expect(market).toEqual(copy);
});

describe("law 6: symbols share nothing", () => {
  it("scores do not depend on the order in which symbols are scored", () => {
    const markets = [3, 1, 4, 1, 5, 9].map((seed) => generateMarket({ seed, candles: 120, trades: 80, levels: 40 }));
    const forwards = markets.map(scoreSymbol);
    const backwards = [...markets].reverse().map(scoreSymbol).reverse();
    expect(backwards).toEqual(forwards);
  });
});

describeLaw("law 9: age lowers reliability, and moves no signal", 10, (market) => {
  const before = scoreSymbol(market);
  const counts = before.components.some(({ component, signal }) => component === "orderbook" && signal !== null);
  if (!counts || before.inputs.find(({ input }) => input === "book")?.fresh !== true) {
    return;
  }
  const aged = {
    ...market,
    book: { ...market.book, asOfMs: market.nowMs - 5 * market.book.periodMs },
  };
  expect(signalTable(scoreSymbol(aged))).toEqual(signalTable(before));
  expect(scoreSymbol(aged).reliabilityFactors.freshness).toBeLessThan(before.reliabilityFactors.freshness);
});

describe("law 9: quality", () => {
  const market = generateMarket({ seed: 5, price: 100, levels: 200 });

  it("a thicker book is more reliable and not more bullish", () => {
    const thick = mapInput(market.book, (book) => ({
      ...book,
      bidQuantityBase: book.bidQuantityBase.map((quantity) => quantity * 1024),
      askQuantityBase: book.askQuantityBase.map((quantity) => quantity * 1024),
    }));
    const [thin, deep] = [scoreSymbol(market), scoreSymbol({ ...market, book: thick })];
    expect(deep.score).toBe(thin.score);
    expect(deep.reliabilityFactors.quality).toBeGreaterThan(thin.reliabilityFactors.quality);
  });

  it("an unknown book counts as the worst case", () => {
    const book = { known: false, reason: "not_provided", periodMs: 30_000 } as const;
    expect(scoreSymbol({ ...market, book }).reliabilityFactors.quality).toBe(0.3);
  });
});

function changeCandles(market: SymbolInputs, change: (candles: Candles) => Candles): SymbolInputs {
  const changed = TIMEFRAMES.map((timeframe) => [timeframe, mapInput(market.candles[timeframe], change)]);
  return { ...market, candles: Object.fromEntries(changed) as Record<Timeframe, SymbolInputs["candles"]["1m"]> };
}

function append(column: Float64Array, values: readonly number[]): Float64Array {
  return Float64Array.from([...column, ...values]);
}
