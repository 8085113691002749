import {
  type Book,
  type Candles,
  type Input,
  type Liquidations,
  type SymbolInputs,
  TIMEFRAME_MS,
  type Ticker,
  type Timeframe,
  type TimeSeries,
  type Trades,
} from "@pulseboard/engine";
import { generateCandles } from "./generated-candles.ts";
import { createRandom, type Random } from "./random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A multiple of 4 h, so that a candle of every timeframe closes then. */
export const MARKET_NOW_MS = 14_400_000 * 121_000;

export interface MarketShape {
  readonly seed: number;
  readonly price?: number;
  readonly candles?: number;
  readonly trades?: number;
  readonly levels?: number;
  readonly drift?: number;
  readonly quietShare?: number;
}

/** Complete inputs of one symbol of a generated market. The same shape gives the same bits. */
export function generateMarket(shape: MarketShape): SymbolInputs {
  const random = createRandom(shape.seed);
  const price = shape.price ?? 10 ** (5 * random.uniform() - 1);
  const tick = 10 ** Math.floor(Math.log10(price) - 3.5);
  const volatility1m = 0.0002 * Math.exp(random.normal());
  const drift = shape.drift ?? 0.1 * random.normal();
  const candles = (timeframe: Timeframe): Input<Candles> => {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const minutes = intervalMs / MINUTE_MS;
    return known(
      generateCandles(random, {
        count: shape.candles ?? 1000,
        intervalMs,
        lastPrice: price,
        endMs: MARKET_NOW_MS,
        volatility: Math.min(0.008, volatility1m * Math.sqrt(minutes)),
        drift,
        tick,
        quietShare: shape.quietShare ?? (random.uniform() < 0.3 ? 0.02 : 0),
      }),
      intervalMs,
    );
  };
  const byTimeframe = { "1m": candles("1m"), "5m": candles("5m"), "30m": candles("30m"), "4h": candles("4h") };
  const reach = price * volatility1m * 6;
  const levels = shape.levels ?? 500;
  return {
    symbol: "GENUSDT",
    nowMs: MARKET_NOW_MS,
    ticker: known(generateTicker(random, price, tick), MINUTE_MS / 2),
    candles: byTimeframe,
    book: known(generateBook(random, price, reach, levels, MARKET_NOW_MS), MINUTE_MS / 2),
    trades: known(generateTrades(random, price, reach, shape.trades ?? 1000), MINUTE_MS / 2),
    openInterestBase: known(generateSeries(289, 5 * MINUTE_MS, walk(random, 1e5, 500)), 5 * MINUTE_MS),
    longAccountShare: known(
      generateSeries(480, HOUR_MS, () => 0.5 + 0.1 * Math.tanh(random.normal())),
      HOUR_MS,
    ),
    fundingRate8h: known(
      generateSeries(200, 8 * HOUR_MS, () => 1e-4 * random.normal()),
      8 * HOUR_MS,
    ),
    liquidations: known(generateLiquidations(random), MINUTE_MS),
  };
}

export function known<T>(value: T, periodMs: number, asOfMs = MARKET_NOW_MS): Input<T> {
  return { known: true, value, asOfMs, periodMs };
}

function walk(random: Random, start: number, step: number): () => number {
  let value = start;
  return () => {
    value = Math.max(1, value + step * random.normal());
    return value;
  };
}

function generateSeries(count: number, periodMs: number, next: () => number): TimeSeries {
  return {
    timeMs: Float64Array.from({ length: count }, (_, i) => MARKET_NOW_MS - (count - 1 - i) * periodMs),
    value: Float64Array.from({ length: count }, next),
  };
}

function generateTicker(random: Random, price: number, tick: number): Ticker {
  const change = 3 * random.normal();
  const open = price / (1 + change / 100);
  return {
    symbol: "GENUSDT",
    baseCoin: "GEN",
    lastPrice: price,
    markPrice: price * (1 + 0.0005 * random.normal()),
    indexPrice: price,
    price24hAgo: open,
    change24hPercent: change,
    high24h: Math.max(open, price) * 1.01,
    low24h: Math.min(open, price) * 0.99,
    volume24hBase: 1e6,
    turnover24hUsd: 1e6 * price,
    openInterestBase: 1e5,
    openInterestUsd: 1e5 * price,
    fundingRate8h: 1e-4 * random.normal(),
    fundingIntervalHours: 8,
    nextFundingAtMs: MARKET_NOW_MS + HOUR_MS,
    bidPrice: price - tick,
    askPrice: price + tick,
  };
}

function generateBook(random: Random, price: number, reach: number, levels: number, timeMs: number): Book {
  const mid = price + reach * 0.1 * random.normal();
  const side = (sign: 1 | -1) => {
    let distance = 0;
    const prices = new Float64Array(levels);
    for (let i = 0; i < levels; i++) {
      distance += ((0.2 + random.uniform()) * reach) / levels;
      prices[i] = mid + sign * distance;
    }
    return prices;
  };
  const quantities = () => Float64Array.from({ length: levels }, () => Math.exp(random.normal()) * 100);
  return {
    timeMs,
    bidPrice: side(-1),
    bidQuantityBase: quantities(),
    askPrice: side(1),
    askQuantityBase: quantities(),
  };
}

function generateTrades(random: Random, price: number, reach: number, count: number): Trades {
  const windowMs = 15 * MINUTE_MS;
  const gapAtMs = MARKET_NOW_MS - 7 * MINUTE_MS;
  const nextPrice = walk(random, price, reach / 50);
  const bias = 0.2 * random.normal();
  return {
    timeMs: Float64Array.from({ length: count }, () => MARKET_NOW_MS - random.below(windowMs)).sort(),
    price: Float64Array.from({ length: count }, nextPrice),
    quantityBase: Float64Array.from({ length: count }, () => Math.exp(1.5 * random.normal())),
    takerSide: Int8Array.from({ length: count }, () => (random.uniform() < 0.5 + bias ? 1 : -1)),
    coverage: [
      { fromMs: MARKET_NOW_MS - windowMs, toMs: gapAtMs },
      { fromMs: gapAtMs + 10_000, toMs: MARKET_NOW_MS },
    ],
  };
}

function generateLiquidations(random: Random): Liquidations {
  const count = random.below(40) + 1;
  return {
    timeMs: Float64Array.from({ length: count }, () => MARKET_NOW_MS - random.below(6 * HOUR_MS)).sort(),
    quantityBase: Float64Array.from({ length: count }, () => Math.exp(random.normal())),
    positionSide: Int8Array.from({ length: count }, () => (random.uniform() < 0.5 ? 1 : -1)),
  };
}
