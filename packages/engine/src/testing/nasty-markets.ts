import { createRandom, type Random } from "@pulseboard/testing/random";
import type { Book, Candles, Trades } from "../domain/market-data.ts";
import { type Input, type SymbolInputs, TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { at, last } from "../indicators/columns.ts";

/**
 * A market in which much is wrong at once, as real ones are for a while: inputs are missing or old, the book is thin, far apart,
 * one-sided or crossed, trades are few or all of one side, and candles stand still or leap.
 */
export function makeNasty(market: SymbolInputs, seed: number): SymbolInputs {
  const random = createRandom(seed);
  const candles = Object.fromEntries(
    TIMEFRAMES.map((timeframe) => [
      timeframe,
      spoil(random, market.candles[timeframe], (value) => spoilCandles(random, value)),
    ]),
  ) as SymbolInputs["candles"];
  return {
    ...market,
    candles,
    ticker: spoil(random, market.ticker, (ticker) => ticker),
    book: spoil(random, market.book, (book) => spoilBook(random, book)),
    trades: spoil(random, market.trades, (trades) => spoilTrades(random, trades)),
    openInterestBase: spoil(random, market.openInterestBase, (series) => series),
    longAccountShare: spoil(random, market.longAccountShare, (series) => series),
    fundingRate8h: spoil(random, market.fundingRate8h, (series) => series),
    liquidations: spoil(random, market.liquidations, (liquidations) => liquidations),
  };
}

function spoil<T>(random: Random, input: Input<T>, change: (value: T) => T): Input<T> {
  const fate = random.below(10);
  if (!input.known || fate === 0) {
    return { known: false, reason: "not_provided", periodMs: input.periodMs };
  }
  const agePeriods = fate < 3 ? 12 * random.uniform() : 0;
  return { ...input, value: change(input.value), asOfMs: input.asOfMs - agePeriods * input.periodMs };
}

function spoilCandles(random: Random, candles: Candles): Candles {
  const from = random.below(candles.close.length);
  const to = from + random.below(80);
  const price = at(candles.close, from);
  const inside = (i: number) => i >= from && i < to;
  switch (random.below(4)) {
    // A silence, as after a halt: one price, no volume.
    case 0: {
      const flat = (column: Float64Array) => column.map((value, i) => (inside(i) ? price : value));
      const { open, high, low, close, volumeBase } = candles;
      return {
        ...candles,
        open: flat(open),
        high: flat(high),
        low: flat(low),
        close: flat(close),
        volumeBase: volumeBase.map((value, i) => (inside(i) ? 0 : value)),
      };
    }
    // A wick to ten times the price.
    case 1:
      return { ...candles, high: candles.high.map((value, i) => (i === from ? 10 * value : value)) };
    default:
      return candles;
  }
}

function spoilBook(random: Random, book: Book): Book {
  const { bidPrice, askPrice, bidQuantityBase, askQuantityBase } = book;
  const spread = at(askPrice, 0) - at(bidPrice, 0);
  switch (random.below(6)) {
    case 0:
      return { ...book, bidPrice: bidPrice.subarray(0, 0), bidQuantityBase: bidQuantityBase.subarray(0, 0) };
    // Crossed.
    case 1:
      return { ...book, askPrice: askPrice.map((price) => price - 2 * spread) };
    // Up to thousands of spreads apart.
    case 2: {
      const apart = spread * 10 ** (4 * random.uniform());
      return { ...book, askPrice: askPrice.map((price) => price + apart) };
    }
    case 3:
      return {
        ...book,
        bidQuantityBase: bidQuantityBase.map((quantity) => quantity * 1e-6),
        askQuantityBase: askQuantityBase.map((quantity) => quantity * 1e6),
      };
    default:
      return book;
  }
}

function spoilTrades(random: Random, trades: Trades): Trades {
  switch (random.below(5)) {
    case 0:
      return { ...trades, takerSide: trades.takerSide.map(() => 1) };
    case 1:
      return { ...trades, coverage: trades.coverage.slice(0, 1) };
    // One trade as large as all others.
    case 2:
      return { ...trades, quantityBase: trades.quantityBase.with(trades.quantityBase.length - 1, 1e6) };
    case 3:
      return { ...trades, price: trades.price.map(() => last(trades.price)) };
    default:
      return trades;
  }
}
