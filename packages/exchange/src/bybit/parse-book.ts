import type { Book } from "@pulseboard/engine";
import { badBody } from "../errors/exchange-error.ts";
import { preview } from "../errors/row-errors.ts";
import type { Envelope } from "./envelope.ts";
import { readPastMs, readPrice, readQuantity } from "./numbers.ts";

export const ORDERBOOK = "/v5/market/orderbook";

/**
 * One state of the order book. An impossible level makes the whole state unusable, because nothing tells which of the
 * other levels are right. A side may be empty.
 *
 * @throws ExchangeError for an unsorted or crossed book, or a level without a positive price and quantity
 */
export function parseBook(envelope: Envelope, symbol: string): Book {
  const { s, b, a, ts } = envelope.result;
  if (s !== symbol) {
    throw badBody(ORDERBOOK, `s is ${preview(s)}`);
  }
  const timeMs = readPastMs(ts, envelope.timeMs);
  if (timeMs === undefined) {
    throw badBody(ORDERBOOK, `ts is ${preview(ts)}`);
  }
  const bids = parseSide(b, "b", (price, better) => price < better);
  const asks = parseSide(a, "a", (price, better) => price > better);
  const bestBid = bids.price[0];
  const bestAsk = asks.price[0];
  if (bestBid !== undefined && bestAsk !== undefined && bestBid >= bestAsk) {
    throw badBody(ORDERBOOK, `the best bid ${bestBid} is not below the best ask ${bestAsk}`);
  }
  return {
    timeMs,
    bidPrice: bids.price,
    bidQuantityBase: bids.quantity,
    askPrice: asks.price,
    askQuantityBase: asks.quantity,
  };
}

function parseSide(levels: unknown, side: string, isWorse: (price: number, better: number) => boolean) {
  if (!Array.isArray(levels)) {
    throw badBody(ORDERBOOK, `${side} is missing`);
  }
  const price = new Float64Array(levels.length);
  const quantity = new Float64Array(levels.length);
  for (const [index, level] of levels.entries()) {
    const levelPrice = Array.isArray(level) ? readPrice(level[0]) : undefined;
    const levelQuantity = Array.isArray(level) ? readQuantity(level[1]) : undefined;
    if (levelPrice === undefined || levelQuantity === undefined || levelQuantity === 0) {
      throw badBody(ORDERBOOK, `level ${index} of ${side} is ${preview(level)}`);
    }
    const better = price[index - 1];
    if (better !== undefined && !isWorse(levelPrice, better)) {
      throw badBody(ORDERBOOK, `level ${index} of ${side} is out of order`);
    }
    price[index] = levelPrice;
    quantity[index] = levelQuantity;
  }
  return { price, quantity };
}
