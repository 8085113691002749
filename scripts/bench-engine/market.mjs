// A market from a seed, with as much data as the worker has of a symbol.

/**
 * @typedef {import("@pulseboard/engine").SymbolInputs} SymbolInputs
 * @typedef {import("@pulseboard/engine").Candles} Candles
 * @typedef {Pick<Candles, "high" | "low" | "close" | "volumeBase">} CandleColumns
 * @typedef {() => number} Random from 0 to 1
 */
import { TIMEFRAME_MS } from "@pulseboard/engine";

const NOW_MS = 14_400_000 * 124_000;
const HOUR_MS = 3_600_000;
const [CANDLES, LEVELS, TRADES] = [1000, 500, 2000];

/** The minimal standard generator of Park and Miller (1988). @param {number} seed @returns {Random} */
function createRandom(seed) {
  let state = (seed * 48_271) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** @param {Random} random @param {number} intervalMs @param {number} [count] @returns {Candles} */
function candlesOf(random, intervalMs, count = CANDLES) {
  const column = () => new Float64Array(count);
  const candles = {
    intervalMs,
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volumeBase: column(),
  };
  let price = 100;
  for (let i = 0; i < count; i++) {
    candles.openTimeMs[i] = NOW_MS - (count - i) * intervalMs;
    candles.open[i] = price;
    const close = price * (1 + 0.004 * (random() - 0.5));
    candles.high[i] = Math.max(price, close) * (1 + 0.001 * random());
    candles.low[i] = Math.min(price, close) * (1 - 0.001 * random());
    candles.close[i] = close;
    candles.volumeBase[i] = 10 + 100 * random() ** 3;
    price = close;
  }
  return candles;
}

/** @param {number} seed @param {number} count @returns {Candles} */
export function generateCandles(seed, count) {
  return candlesOf(createRandom(seed), TIMEFRAME_MS["5m"], count);
}

/** @param {number} seed @returns {SymbolInputs} */
export function generateInputs(seed) {
  const random = createRandom(seed);
  /** @template T @param {T} value @param {number} periodMs @returns {{ known: true, value: T, asOfMs: number, periodMs: number }} */
  const known = (value, periodMs) => ({ known: true, value, asOfMs: NOW_MS, periodMs });
  const candles = {
    "1m": known(candlesOf(random, TIMEFRAME_MS["1m"]), TIMEFRAME_MS["1m"]),
    "5m": known(candlesOf(random, TIMEFRAME_MS["5m"]), TIMEFRAME_MS["5m"]),
    "30m": known(candlesOf(random, TIMEFRAME_MS["30m"]), TIMEFRAME_MS["30m"]),
    "4h": known(candlesOf(random, TIMEFRAME_MS["4h"]), TIMEFRAME_MS["4h"]),
  };
  const price = candles["5m"].value.close[CANDLES - 1] ?? 100;
  /** @param {number} count @param {(i: number) => number} value */
  const column = (count, value) => Float64Array.from({ length: count }, (_, i) => value(i));
  /** @param {number} count @param {number} periodMs @param {() => number} value */
  const series = (count, periodMs, value) =>
    known({ timeMs: column(count, (i) => NOW_MS - (count - 1 - i) * periodMs), value: column(count, value) }, periodMs);
  const quantity = () => 0.1 + 20 * random() ** 4;
  const book = {
    timeMs: NOW_MS,
    bidPrice: column(LEVELS, (i) => price * (1 - 0.00002 * (i + 1))),
    bidQuantityBase: column(LEVELS, quantity),
    askPrice: column(LEVELS, (i) => price * (1 + 0.00002 * (i + 1))),
    askQuantityBase: column(LEVELS, quantity),
  };
  const trades = {
    timeMs: column(TRADES, () => NOW_MS - 900_000 * random()).sort(),
    price: column(TRADES, () => price * (1 + 0.001 * (random() - 0.5))),
    quantityBase: column(TRADES, quantity),
    takerSide: Int8Array.from({ length: TRADES }, () => (random() < 0.52 ? 1 : -1)),
    coverage: [{ fromMs: NOW_MS - 900_000, toMs: NOW_MS }],
  };
  const liquidations = {
    timeMs: column(20, () => NOW_MS - 6 * HOUR_MS * random()).sort(),
    quantityBase: column(20, quantity),
    positionSide: Int8Array.from({ length: 20 }, () => (random() < 0.5 ? 1 : -1)),
  };
  const ticker = {
    symbol: "BENCHUSDT",
    baseCoin: "BENCH",
    lastPrice: price,
    markPrice: price * 1.0001,
    indexPrice: price,
    price24hAgo: price * 0.98,
    change24hPercent: 2,
    high24h: price * 1.01,
    low24h: price * 0.97,
    volume24hBase: 1e6,
    turnover24hUsd: 1e6 * price,
    openInterestBase: 1e5,
    openInterestUsd: 1e5 * price,
    fundingRate8h: 0.0001,
    fundingIntervalHours: 8,
    nextFundingAtMs: NOW_MS + HOUR_MS,
    bidPrice: price * 0.99998,
    askPrice: price * 1.00002,
  };
  return {
    symbol: "BENCHUSDT",
    nowMs: NOW_MS,
    ticker: known(ticker, 30_000),
    candles,
    book: known(book, 30_000),
    trades: known(trades, 30_000),
    openInterestBase: series(289, 300_000, () => 1e5 + 1e3 * random()),
    longAccountShare: series(480, HOUR_MS, () => 0.4 + 0.2 * random()),
    fundingRate8h: series(200, 8 * HOUR_MS, () => 0.0002 * (random() - 0.5)),
    liquidations: known(liquidations, 60_000),
  };
}
