import type { Book, Candles, Ticker } from "../domain/market-data.ts";
import type { Input, SymbolInputs } from "../domain/symbol-inputs.ts";

/**
 * The mirrored market: price p becomes 2c - p, buyers and sellers swap, funding and basis change sign.
 *
 * @param centre c, high enough to keep all prices above 0.
 */
export function reflectMarket(inputs: SymbolInputs, centre: number): SymbolInputs {
  const price = (value: number) => 2 * centre - value;
  const candles = (input: Input<Candles>) => mapInput(input, (value) => reflectCandles(value, price));
  const book = (input: Input<Book>) => mapInput(input, (value) => reflectBook(value, price));
  return {
    ...inputs,
    ticker: mapInput(inputs.ticker, (ticker) => reflectTicker(ticker, price)),
    candles: {
      "1m": candles(inputs.candles["1m"]),
      "5m": candles(inputs.candles["5m"]),
      "30m": candles(inputs.candles["30m"]),
      "4h": candles(inputs.candles["4h"]),
    },
    book: book(inputs.book),
    trades: mapInput(inputs.trades, (trades) => ({
      ...trades,
      price: trades.price.map(price),
      takerSide: trades.takerSide.map((side) => -side),
    })),
    longAccountShare: mapInput(inputs.longAccountShare, (s) => ({ ...s, value: s.value.map((share) => 1 - share) })),
    fundingRate8h: mapInput(inputs.fundingRate8h, (s) => ({ ...s, value: s.value.map((rate) => -rate) })),
    liquidations: mapInput(inputs.liquidations, (l) => ({ ...l, positionSide: l.positionSide.map((side) => -side) })),
  };
}

/** The highest price anywhere in the candles, the book and the trades: a centre that keeps the mirrored market positive. */
export function highestPrice({ candles, book, trades }: SymbolInputs): number {
  const columns = [
    ...Object.values(candles).map((input) => (input.known ? input.value.high : [])),
    book.known ? book.value.askPrice : [],
    trades.known ? trades.value.price : [],
  ];
  return columns.flatMap((column) => [...column]).reduce((top, price) => Math.max(top, price), 0);
}

export function mapInput<T>(input: Input<T>, change: (value: T) => T): Input<T> {
  return input.known ? { ...input, value: change(input.value) } : input;
}

function reflectCandles(candles: Candles, price: (value: number) => number): Candles {
  return {
    ...candles,
    open: candles.open.map(price),
    high: candles.low.map(price),
    low: candles.high.map(price),
    close: candles.close.map(price),
  };
}

function reflectBook(book: Book, price: (value: number) => number): Book {
  return {
    timeMs: book.timeMs,
    bidPrice: book.askPrice.map(price),
    bidQuantityBase: book.askQuantityBase,
    askPrice: book.bidPrice.map(price),
    askQuantityBase: book.bidQuantityBase,
  };
}

function reflectTicker(ticker: Ticker, price: (value: number) => number): Ticker {
  const optional = (value: number | null) => (value === null ? null : price(value));
  const { markPrice, indexPrice } = ticker;
  const index = optional(indexPrice);
  return {
    ...ticker,
    lastPrice: price(ticker.lastPrice),
    indexPrice: index,
    // The basis, as a share of the index, changes sign.
    markPrice:
      markPrice === null || indexPrice === null || index === null ? null : index * (2 - markPrice / indexPrice),
    price24hAgo: optional(ticker.price24hAgo),
    change24hPercent: ticker.change24hPercent === null ? null : -ticker.change24hPercent,
    high24h: optional(ticker.low24h),
    low24h: optional(ticker.high24h),
    fundingRate8h: ticker.fundingRate8h === null ? null : -ticker.fundingRate8h,
    bidPrice: optional(ticker.askPrice),
    askPrice: optional(ticker.bidPrice),
  };
}
