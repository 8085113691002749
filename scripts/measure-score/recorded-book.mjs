import { foldScore, scoreSymbol, TIMEFRAME_MS } from "@pulseboard/engine";
import { readRecording } from "./recorded-candles.mjs";
import { quantile } from "./statistics.mjs";

const SECOND_MS = 1000;
/** The period of refreshes. */
const APART_MS = 30 * SECOND_MS;
/** As many as the worker asks for. */
const LEVELS = 500;
/** Of 5m candles, in USD: about that of bitcoin at the time. */
const ATR_USD = 150;

/** @typedef {import("@pulseboard/engine").Book} Book */
/** @typedef {import("@pulseboard/engine").Candles} Candles */
/** @typedef {readonly (readonly [string, string])[]} Levels price and quantity */

/**
 * How far the signal of the order book moves within 30 s on a recorded book of 344 s, over all pairs 30 s apart that begin at a
 * whole second: the signal of now, and the same averaged as the published score averages it.
 */
export function measureRecordedBook() {
  const books = recordedBooks();
  const apart = APART_MS / SECOND_MS;
  /** @type {Map<number, import("@pulseboard/engine").ScoreAverage>} one chain of refreshes for each second of their period */
  const averages = new Map();
  const now = [];
  const folded = [];
  for (const [second, book] of books.entries()) {
    const analysis = scoreSymbol(inputsWith(book, books[0]?.timeMs ?? 0));
    const before = averages.get(second % apart) ?? null;
    const published = foldScore(analysis, book.timeMs, before);
    const orderbook = analysis.components.find(({ component }) => component === "orderbook");
    if (published === null || orderbook === undefined || orderbook.signal === null) {
      throw new Error(`the book at second ${second} has no signal`);
    }
    averages.set(second % apart, published.average);
    const known = analysis.components.filter(({ signal }) => signal !== null);
    const share = orderbook.weight / known.reduce((sum, { weight }) => sum + weight, 0);
    now.push(orderbook.signal);
    folded.push(published.contributions.after.orderbook / share);
  }
  return {
    pairs: books.length - apart,
    medianMoveNow: medianMove(now, apart),
    medianMoveFolded: medianMove(folded, apart),
  };
}

/** @param {readonly number[]} values @param {number} apart */
function medianMove(values, apart) {
  return quantile(
    values.slice(apart).map((value, i) => Math.abs(value - (values[i] ?? Number.NaN))),
    0.5,
  );
}

/** One a second, from the recorded snapshot of the book on. */
function recordedBooks() {
  const events = readRecording("books/binance-BTCUSDT-depth-and-trades-2024-08.jsonl.gz")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line.slice(line.indexOf(" ") + 1)));
  const snapshot = events.find(({ lastUpdateId }) => lastUpdateId !== undefined);
  const sides = { b: new Map(), a: new Map() };
  const apply = (/** @type {{ b: Levels, a: Levels }} */ changes) => {
    for (const side of /** @type {const} */ (["b", "a"])) {
      for (const [price, quantity] of changes[side]) {
        sides[side].set(Number(price), Number(quantity));
      }
    }
  };
  apply({ b: snapshot.bids, a: snapshot.asks });
  /** @type {Book[]} */
  const books = [];
  let nextMs = Math.ceil(snapshot.E / SECOND_MS) * SECOND_MS;
  for (const { data } of events) {
    if (data?.e !== "depthUpdate" || data.u <= snapshot.lastUpdateId) {
      continue;
    }
    for (; nextMs < data.E; nextMs += SECOND_MS) {
      books.push(bookOf(sides, nextMs));
    }
    apply(data);
  }
  return books;
}

/** @param {{ b: Map<number, number>, a: Map<number, number> }} sides @param {number} timeMs @returns {Book} */
function bookOf({ b, a }, timeMs) {
  const best = (/** @type {Map<number, number>} */ side, /** @type {1 | -1} */ order) =>
    [...side]
      .filter(([, quantity]) => quantity > 0)
      .sort(([one], [other]) => order * (one - other))
      .slice(0, LEVELS);
  const [bids, asks] = [best(b, -1), best(a, 1)];
  const column = (/** @type {[number, number][]} */ levels, /** @type {0 | 1} */ field) =>
    Float64Array.from(levels, (level) => level[field]);
  return {
    timeMs,
    bidPrice: column(bids, 0),
    bidQuantityBase: column(bids, 1),
    askPrice: column(asks, 0),
    askQuantityBase: column(asks, 1),
  };
}

/** The book with candles of a known range that say nothing about direction. @param {Book} book @param {number} nowMs */
function inputsWith(book, nowMs) {
  const mid = ((book.bidPrice[0] ?? Number.NaN) + (book.askPrice[0] ?? Number.NaN)) / 2;
  const input = (/** @type {import("@pulseboard/engine").Timeframe} */ timeframe) => {
    const intervalMs = TIMEFRAME_MS[timeframe];
    return { known: true, value: evenCandles(mid, intervalMs, nowMs), asOfMs: nowMs, periodMs: intervalMs };
  };
  const none = { known: false, reason: "not_provided", periodMs: APART_MS };
  return /** @type {import("@pulseboard/engine").SymbolInputs} */ ({
    symbol: "BTCUSDT",
    nowMs,
    ticker: none,
    candles: { "1m": input("1m"), "5m": input("5m"), "30m": input("30m"), "4h": input("4h") },
    book: { known: true, value: book, asOfMs: nowMs, periodMs: APART_MS },
    trades: none,
    openInterestBase: none,
    longAccountShare: none,
    fundingRate8h: none,
    liquidations: none,
  });
}

/** @param {number} price @param {number} intervalMs @param {number} endMs @returns {Candles} */
function evenCandles(price, intervalMs, endMs) {
  const count = 100;
  const level = (/** @type {number} */ value) => new Float64Array(count).fill(value);
  return {
    intervalMs,
    openTimeMs: Float64Array.from({ length: count }, (_, i) => endMs - (count - i) * intervalMs),
    open: level(price),
    high: level(price + ATR_USD / 2),
    low: level(price - ATR_USD / 2),
    close: level(price),
    volumeBase: level(1),
  };
}
