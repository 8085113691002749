import { generateMarket, known } from "@pulseboard/testing/generated-market";
import fc from "fast-check";
import { sliceCandles } from "../candles/slice-candles.ts";
import type { Book, Candles, Trades } from "../domain/market-data.ts";
import { type Input, type SymbolInputs, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from "../domain/symbol-inputs.ts";
import { atr } from "../indicators/atr.ts";
import { at, last } from "../indicators/columns.ts";
import { makeNasty } from "./nasty-markets.ts";
import { RECORDED_SYMBOLS, readRecordedKlines } from "./recordings.ts";
import { mapInput } from "./reflect.ts";

/** A market and its description, so that a failure prints one line. */
export interface MarketCase {
  readonly description: string;
  readonly build: () => SymbolInputs;
}

/** Markets of many kinds: high and low prices, calm and wild, with and without quiet stretches, long and short histories. */
export function generatedMarkets(): fc.Arbitrary<MarketCase> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
      candles: fc.constantFrom(60, 150, 320, 700),
      trades: fc.constantFrom(10, 60, 400),
      levels: fc.constantFrom(1, 5, 60, 300),
      drift: fc.constantFrom(-0.4, 0, 0.4),
      quietShare: fc.constantFrom(0, 0.02),
    })
    .map((shape) => ({ description: JSON.stringify(shape), build: () => generateMarket(shape) }));
}

const MINUTES: Readonly<Record<Timeframe, 1 | 5 | 30 | 240>> = { "1m": 1, "5m": 5, "30m": 30, "4h": 240 };

/** Cached, because reading one symbol's month takes longer than scoring it a hundred times. */
const recorded = new Map<string, readonly Candles[]>();

function seriesOf(symbol: string): readonly Candles[] {
  const series = recorded.get(symbol) ?? TIMEFRAMES.map((timeframe) => readRecordedKlines(symbol, MINUTES[timeframe]));
  recorded.set(symbol, series);
  return series;
}

/** Windows of recorded candles that end at the same moment in all timeframes; other inputs are generated around their price. */
export function recordedMarkets(): fc.Arbitrary<MarketCase> {
  return fc
    .record({
      symbol: fc.constantFrom(...RECORDED_SYMBOLS),
      end: fc.double({ min: 0.4, max: 1, noNaN: true }),
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
    })
    .map((window) => ({
      description: JSON.stringify(window),
      build: () => {
        const series = seriesOf(window.symbol);
        const minutes = series[0]?.openTimeMs ?? new Float64Array();
        return marketAt(series, at(minutes, Math.floor(window.end * (minutes.length - 1))), window.seed);
      },
    }));
}

/** Generated markets in which an earlier version broke a law, or a fault of a test was first seen. */
export const NOTABLE_GENERATED: readonly MarketCase[] = [
  { description: "one price for ever", build: () => generateMarket({ seed: 1, candles: 150, quietShare: 1 }) },
  {
    description: "a coin that trades now and then",
    build: () => generateMarket({ seed: 2, candles: 320, quietShare: 0.3 }),
  },
  { description: "a spread of 74 ATR", build: () => apart(generateMarket({ seed: 3, candles: 320, levels: 60 }), 74) },
  ...[12, 2_113_797_851, 2_143_164_083].map((seed) => ({
    description: `few candles, few trades and one level made nasty by ${seed}`,
    build: () =>
      makeNasty(generateMarket({ seed: 0, candles: 60, trades: 10, levels: 1, drift: -0.4, quietShare: 0 }), seed),
  })),
];

/** The minute after the widest 5 minutes of each recorded symbol. */
export const NOTABLE_RECORDED: readonly MarketCase[] = RECORDED_SYMBOLS.map((symbol, seed) => ({
  description: `${symbol} after its widest 5 minutes`,
  build: () => {
    const series = seriesOf(symbol);
    const [minutes] = series;
    if (minutes === undefined) {
      throw new Error(`no recorded minutes of ${symbol}`);
    }
    const { close, openTimeMs, intervalMs } = minutes;
    let widest = 15_000;
    for (let i = widest; i < close.length; i++) {
      if (moveBefore(close, i) > moveBefore(close, widest)) {
        widest = i;
      }
    }
    return marketAt(series, at(openTimeMs, widest) + intervalMs, seed);
  },
}));

function moveBefore(close: Float64Array, index: number): number {
  return Math.abs(Math.log(at(close, index) / at(close, index - 5)));
}

/** The same market with its asks so many 5m ATR further from its bids. */
function apart(market: SymbolInputs, atrs: number): SymbolInputs {
  const candles = market.candles["5m"];
  const distance = candles.known ? atrs * last(atr(candles.value, 14)) : Number.NaN;
  const book = mapInput(market.book, (value) => ({
    ...value,
    askPrice: value.askPrice.map((price) => price + distance),
  }));
  return { ...market, book };
}

/** Generated and recorded markets with missing and old inputs, odd books and trades, silences and leaps. */
export function nastyMarkets(): fc.Arbitrary<MarketCase> {
  return fc
    .tuple(fc.oneof(generatedMarkets(), recordedMarkets()), fc.integer({ min: 0, max: 2 ** 31 }))
    .map(([{ description, build }, seed]) => ({
      description: `${description} made nasty by ${seed}`,
      build: () => makeNasty(build(), seed),
    }));
}

function marketAt(series: readonly Candles[], nowMs: number, seed: number): SymbolInputs {
  const windows = series.map((candles) => {
    const count = candles.openTimeMs.findIndex((openMs) => openMs + candles.intervalMs > nowMs);
    const end = count === -1 ? candles.openTimeMs.length : count;
    return sliceCandles(candles, Math.max(0, end - 600), end);
  });
  const price = last(windows[0]?.close ?? new Float64Array());
  const generated = generateMarket({ seed, price, candles: 60, trades: 200, levels: 100 });
  const input = (index: number, timeframe: Timeframe): Input<Candles> => {
    const candles = windows[index];
    if (candles === undefined) {
      throw new Error(`no recorded candles of ${timeframe}`);
    }
    const asOfMs = at(candles.openTimeMs, candles.openTimeMs.length - 1) + candles.intervalMs;
    return known(candles, TIMEFRAME_MS[timeframe], asOfMs);
  };
  return movedTo(generated, nowMs, {
    "1m": input(0, "1m"),
    "5m": input(1, "5m"),
    "30m": input(2, "30m"),
    "4h": input(3, "4h"),
  });
}

/** Moves the generated inputs in time to the end of the recorded candles. */
function movedTo(market: SymbolInputs, nowMs: number, candles: SymbolInputs["candles"]): SymbolInputs {
  const shiftMs = nowMs - market.nowMs;
  const times = (column: Float64Array) => column.map((time) => time + shiftMs);
  const moved = <T>(input: Input<T>, change: (value: T) => T): Input<T> =>
    input.known ? { ...input, asOfMs: input.asOfMs + shiftMs, value: change(input.value) } : input;
  const book = (value: Book): Book => ({ ...value, timeMs: value.timeMs + shiftMs });
  const timed = <T extends { readonly timeMs: Float64Array }>(value: T): T => ({
    ...value,
    timeMs: times(value.timeMs),
  });
  return {
    ...market,
    nowMs,
    candles,
    ticker: moved(market.ticker, (ticker) => ticker),
    book: moved(market.book, book),
    trades: moved(
      market.trades,
      (trades): Trades => ({
        ...timed(trades),
        coverage: trades.coverage.map(({ fromMs, toMs }) => ({ fromMs: fromMs + shiftMs, toMs: toMs + shiftMs })),
      }),
    ),
    openInterestBase: moved(market.openInterestBase, timed),
    longAccountShare: moved(market.longAccountShare, timed),
    fundingRate8h: moved(market.fundingRate8h, timed),
    liquidations: moved(market.liquidations, timed),
  };
}
