import { type Level, orderBookAt } from "../market/book.ts";
import { formatSteps } from "../market/contract.ts";
import { limitOf, type SimulatedRequest, symbolMarketOf } from "./request.ts";

const UPDATE_MS = 20;

/** `/v5/market/orderbook`: bids from the highest, asks from the lowest; empty sides before the first trade. */
export function orderbook(request: SimulatedRequest) {
  const symbol = symbolMarketOf(request);
  const { contract } = symbol;
  const book = orderBookAt(symbol, request.visibleMs, limitOf(request.query, 25, 1000));
  const level = ([price, quantity]: Level) => [
    formatSteps(price, contract.tick),
    formatSteps(quantity, contract.quantityStep),
  ];
  const update = Math.floor(request.timeMs / UPDATE_MS);
  return {
    s: contract.symbol,
    b: (book?.bids ?? []).map(level),
    a: (book?.asks ?? []).map(level),
    ts: request.timeMs,
    u: update,
    seq: update * 1000 + (contract.symbolId % 1000),
    cts: Math.max(0, request.timeMs - 3),
  };
}
