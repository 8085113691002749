import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom, type Random } from "@pulseboard/testing/random";
import { sliceCandles } from "../../candles/slice-candles.ts";
import type { Book, TimeSeries, Trades } from "../../domain/market-data.ts";
import type { Input, SymbolInputs } from "../../domain/symbol-inputs.ts";
import { mapInput } from "../reflect.ts";
import { chartsOf } from "./usable.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A market in which every input reaches further back than any window of the method, so that a longer window sees more. */
export function deepMarket(seed: number): SymbolInputs {
  const market = generateMarket({ seed, candles: 700, levels: 120, quietShare: 0.004 });
  const random = createRandom(seed + 1_000_000);
  const { nowMs } = market;
  return {
    ...market,
    trades: mapInput(market.trades, (trades) => deepTrades(trades, nowMs, random)),
    fundingRate8h: mapInput(market.fundingRate8h, () => series(nowMs, 270, 8 * HOUR, () => 1e-4 * random.normal())),
    longAccountShare: mapInput(market.longAccountShare, () => {
      const share = () => (random.uniform() < 0.05 ? random.below(2) : 0.5 + 0.1 * Math.tanh(random.normal()));
      return { ...series(nowMs, 640, HOUR, share) };
    }),
  };
}

function series(nowMs: number, count: number, periodMs: number, next: () => number): TimeSeries {
  return {
    timeMs: Float64Array.from({ length: count }, (_, i) => nowMs - (count - 1 - i) * periodMs),
    value: Float64Array.from({ length: count }, next),
  };
}

function deepTrades(trades: Trades, nowMs: number, random: Random): Trades {
  const count = trades.timeMs.length;
  return {
    ...trades,
    timeMs: Float64Array.from({ length: count }, () => nowMs - random.below(25 * MINUTE)).sort(),
    coverage: [
      { fromMs: nowMs - 25 * MINUTE, toMs: nowMs - 7 * MINUTE },
      { fromMs: nowMs - 7 * MINUTE + 10_000, toMs: nowMs },
    ],
  };
}

/** Prices that only rise: no RSI is below 85. */
function risingMarket(seed: number): SymbolInputs {
  return generateMarket({ seed, candles: 120, drift: 6, quietShare: 0 });
}

/** Markets just inside and just outside of every minimum of the method. */
export function edgeMarkets(): readonly SymbolInputs[] {
  const base = deepMarket(3);
  return [
    risingMarket(1),
    ...[5 * MINUTE, 100_000, MINUTE].flatMap((ms) => [coveredFor(base, ms), coveredFor(base, ms - 1)]),
    ...[50, 49, 20, 19].map((count) => withTrades(base, count)),
    ...[70 * MINUTE, 70 * MINUTE + 1].map((ms) => openInterestBefore(base, ms)),
    ...[0.05001, 0.04999].map((reachAtr) => reachingBook(base, reachAtr)),
    ...[20, 19].map((count) => ({ ...base, fundingRate8h: newest(base.fundingRate8h, count) })),
    ...[48, 47].map((count) => ({ ...base, longAccountShare: newest(base.longAccountShare, count) })),
    quietCrowd(base),
    ...[600, 599, 60, 59].map((count) => withCandles(base, count)),
    ...[2, 10].flatMap((periods) => [aged(base, periods, -1), aged(base, periods, 0)]),
  ];
}

function coveredFor(market: SymbolInputs, ms: number): SymbolInputs {
  const coverage = [{ fromMs: market.nowMs - ms, toMs: market.nowMs }];
  return { ...market, trades: mapInput(market.trades, (trades) => ({ ...trades, coverage })) };
}

/** The newest trades, all within the last four minutes. */
function withTrades(market: SymbolInputs, count: number): SymbolInputs {
  const trades = mapInput(
    market.trades,
    (all): Trades => ({
      timeMs: Float64Array.from({ length: count }, (_, i) => market.nowMs - ((count - i) * 4 * MINUTE) / count),
      price: all.price.slice(-count),
      quantityBase: all.quantityBase.slice(-count),
      takerSide: all.takerSide.slice(-count),
      coverage: all.coverage,
    }),
  );
  return { ...market, trades };
}

/** No open interest is known between `ms` and 50 min before the newest one. */
function openInterestBefore(market: SymbolInputs, ms: number): SymbolInputs {
  const openInterestBase = mapInput(market.openInterestBase, ({ value }): TimeSeries => {
    const ages = [ms + HOUR, ms, 50 * MINUTE, 5 * MINUTE, 0];
    return {
      timeMs: Float64Array.from(ages, (age) => market.nowMs - age),
      value: value.slice(-ages.length),
    };
  });
  return { ...market, openInterestBase };
}

/** The market's book, drawn together until the nearer of its ends is so many ATR of 5m from the best level. */
function reachingBook(market: SymbolInputs, reachAtr: number): SymbolInputs {
  const unit = chartsOf(market)["5m"]?.unit ?? Number.NaN;
  const book = mapInput(market.book, (all): Book => {
    const span = (price: Float64Array) => Math.abs((price.at(-1) ?? 0) - (price[0] ?? 0));
    const factor = (reachAtr * unit) / Math.min(span(all.bidPrice), span(all.askPrice));
    const drawn = (price: Float64Array) => price.map((one) => (price[0] ?? 0) + (one - (price[0] ?? 0)) * factor);
    return { ...all, bidPrice: drawn(all.bidPrice), askPrice: drawn(all.askPrice) };
  });
  return { ...market, book };
}

/** Positioning that hardly ever moves, so that the least deviations of the method count. */
function quietCrowd(market: SymbolInputs): SymbolInputs {
  const calm = (input: Input<TimeSeries>, centre: number, share: number) =>
    mapInput(input, ({ timeMs, value }) => ({ timeMs, value: value.map((_, i) => centre * (1 + share * (i % 3))) }));
  return {
    ...market,
    fundingRate8h: calm(market.fundingRate8h, 1e-4, 0.001),
    longAccountShare: calm(market.longAccountShare, 0.6, 0.001),
  };
}

function newest(input: Input<TimeSeries>, count: number): Input<TimeSeries> {
  return mapInput(input, ({ timeMs, value }) => ({ timeMs: timeMs.slice(-count), value: value.slice(-count) }));
}

export function withCandles(market: SymbolInputs, count: number): SymbolInputs {
  const cut = (timeframe: keyof SymbolInputs["candles"]) =>
    mapInput(market.candles[timeframe], (all) => sliceCandles(all, all.close.length - count, all.close.length));
  return { ...market, candles: { "1m": cut("1m"), "5m": cut("5m"), "30m": cut("30m"), "4h": cut("4h") } };
}

/** The book and the funding rates are so many periods old, and so many ms. */
function aged(market: SymbolInputs, periods: number, moreMs: number): SymbolInputs {
  const old = <T>(input: Input<T>): Input<T> =>
    input.known ? { ...input, asOfMs: market.nowMs - periods * input.periodMs - moreMs } : input;
  return { ...market, book: old(market.book), fundingRate8h: old(market.fundingRate8h) };
}
