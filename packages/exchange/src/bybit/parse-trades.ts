import type { TimeSpan } from "@pulseboard/engine";
import { isRecord } from "@pulseboard/runtime";
import { createRowErrors, preview } from "../errors/row-errors.ts";
import type { TradePage, TradeRow } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { readPastMs, readPrice, readQuantity } from "./numbers.ts";

export const RECENT_TRADE = "/v5/market/recent-trade";
/** The most rows of one answer: seconds of BTC, days of a small coin. */
export const TRADES_PER_PAGE = 1000;

/** @throws ExchangeError for an answer without a list */
export function parseTrades(envelope: Envelope, symbol: string): TradePage {
  const rows = [...readList(RECENT_TRADE, envelope)].reverse();
  const trades: TradeRow[] = [];
  const errors = createRowErrors();
  const seen = new Set<string>();
  const holes: TimeSpan[] = [];
  let holeFromMs: number | null = null;
  for (const row of rows) {
    const trade = parseRow(row, symbol, envelope.timeMs);
    if (typeof trade === "string") {
      errors.add(trade);
      holeFromMs ??= trades.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
      continue;
    }
    if (seen.has(trade.id)) {
      errors.add(`trade ${trade.id} appears twice`);
      continue;
    }
    seen.add(trade.id);
    if (holeFromMs !== null) {
      holes.push({ fromMs: holeFromMs, toMs: trade.timeMs });
    }
    holeFromMs = null;
    trades.push(trade);
  }
  if (holeFromMs !== null) {
    holes.push({ fromMs: holeFromMs, toMs: envelope.timeMs });
  }
  return {
    trades: trades.sort((x, y) => x.timeMs - y.timeMs),
    isFull: rows.length >= TRADES_PER_PAGE,
    holes,
    timeMs: envelope.timeMs,
    errors,
  };
}

/** The trade, or a description of the row's error. */
function parseRow(row: unknown, symbol: string, answeredMs: number): TradeRow | string {
  if (!isRecord(row)) {
    return `a row is ${preview(row)}`;
  }
  const id = row.execId;
  if (typeof id !== "string" || id === "") {
    return `execId is ${preview(id)}`;
  }
  const at = (field: string) => `${field} of trade ${id.slice(0, 40)} is ${preview(row[field])}`;
  if (row.symbol !== undefined && row.symbol !== symbol) {
    return at("symbol");
  }
  const timeMs = readPastMs(row.time, answeredMs);
  const price = readPrice(row.price);
  const quantityBase = readQuantity(row.size);
  const side = row.side;
  if (timeMs === undefined) {
    return at("time");
  }
  if (price === undefined) {
    return at("price");
  }
  if (quantityBase === undefined || quantityBase === 0) {
    return at("size");
  }
  if (side !== "Buy" && side !== "Sell") {
    return at("side");
  }
  const isBlockTrade = row.isBlockTrade === true;
  return { id, timeMs, price, quantityBase, takerSide: side === "Buy" ? 1 : -1, isBlockTrade };
}
