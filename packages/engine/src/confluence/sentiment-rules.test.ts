import { generateMarket, known, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Ticker, TimeSeries } from "../domain/market-data.ts";
import { mapInput } from "../testing/reflect.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

const HOUR_MS = 3_600_000;
const market = generateMarket({ seed: 2, price: 100, candles: 80, trades: 60, levels: 20 });
const BP = 1e-4;

describe("funding, as a contrarian signal", () => {
  it.each([
    [3, 1, -Math.tanh(2 / 1.5)],
    [1, 1, 0],
    [-1, 1, Math.tanh(2 / 1.5)],
    // A deviation below half a basis point counts as half a basis point.
    [1, 0.1, -Math.tanh(0 / 1.5)],
    [1.5, 0.1, -Math.tanh(1 / 1.5)],
  ])("a rate of %f bp on a mean of 1 bp with deviation %f bp", (rateBp, deviationBp, expected) => {
    const settled = series(100, 8 * HOUR_MS, (i) => (1 + (i % 2 === 0 ? deviationBp : -deviationBp)) * BP);
    expect(sentiment({ fundingRate8h: rateBp * BP }, settled).funding_rate).toBeCloseTo(expected, 9);
  });

  it("is unknown below 20 settlements, and without a current rate", () => {
    const settled = series(19, 8 * HOUR_MS, () => BP);
    expect(sentiment({ fundingRate8h: BP }, settled).funding_rate).toBe("too_short");
    expect(sentiment({ fundingRate8h: null }).funding_rate).toBe("not_provided");
  });
});

describe("basis", () => {
  it("a perpetual 10 bp above its index is as bearish as one 10 bp below is bullish", () => {
    expect(sentiment({ markPrice: 100.1, indexPrice: 100 }).basis).toBeCloseTo(-Math.tanh(1), 9);
    expect(sentiment({ markPrice: 99.9, indexPrice: 100 }).basis).toBeCloseTo(Math.tanh(1), 9);
    expect(sentiment({ markPrice: null }).basis).toBe("not_provided");
  });
});

describe("long/short ratio", () => {
  const ratioWith = (shares: TimeSeries) =>
    signalTable(scoreSymbol({ ...market, longAccountShare: known(shares, HOUR_MS) }))["sentiment.long_short_ratio"];

  it("unusually many longs are bearish, as many as usual are neutral", () => {
    const usual = (i: number) => (i % 2 === 0 ? 0.48 : 0.52);
    expect(Number(ratioWith(series(100, HOUR_MS, (i) => (i === 99 ? 0.7 : usual(i)))))).toBeLessThan(-0.9);
    expect(Math.abs(Number(ratioWith(series(100, HOUR_MS, () => 0.6))))).toBeLessThan(1e-9);
  });

  it("needs two days of hourly values, and handles shares of 0 and 1", () => {
    expect(ratioWith(series(47, HOUR_MS, () => 0.5))).toBe("too_short");
    expect(Number(ratioWith(series(100, HOUR_MS, (i) => (i === 99 ? 1 : 0.5))))).toBeCloseTo(-1, 3);
  });
});

function sentiment(ticker: Partial<Ticker>, settled?: TimeSeries) {
  const table = signalTable(
    scoreSymbol({
      ...market,
      ticker: mapInput(market.ticker, (usual) => ({ ...usual, ...ticker })),
      fundingRate8h: settled === undefined ? market.fundingRate8h : known(settled, 8 * HOUR_MS),
    }),
  );
  return { funding_rate: table["sentiment.funding_rate"], basis: table["sentiment.basis"] };
}

function series(count: number, periodMs: number, value: (i: number) => number): TimeSeries {
  return {
    timeMs: Float64Array.from({ length: count }, (_, i) => MARKET_NOW_MS - (count - 1 - i) * periodMs),
    value: Float64Array.from({ length: count }, (_, i) => value(i)),
  };
}
