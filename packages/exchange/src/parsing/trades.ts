import type { TimeSpan } from "@pulseboard/engine";
import { type Envelope, isRecord } from "../transport/envelope.ts";
import { readPrice, readQuantity, readTimeMs } from "./numbers.ts";
import { type RowDefects, show } from "./row-defects.ts";
import { readList } from "./rows.ts";

export const RECENT_TRADE = "/v5/market/recent-trade";

export interface TradeRow {
  readonly id: string;
  readonly timeMs: number;
  readonly price: number;
  readonly quantityBase: number;
  /** +1: the taker bought. */
  readonly takerSide: 1 | -1;
  /** Agreed off the book: nobody took anything from it. */
  readonly isBlockTrade: boolean;
}

export interface TradePage {
  /** Oldest first. */
  readonly trades: readonly TradeRow[];
  /** How many rows came, usable or not: as many as were asked for means that there were more before. */
  readonly rowCount: number;
  /** Between the trades on both sides of an unusable row, something is unknown. */
  readonly holes: readonly TimeSpan[];
  /** The exchange's time of the answer. */
  readonly timeMs: number;
}

export function parseTrades(envelope: Envelope, symbol: string, defects: RowDefects): TradePage {
  const rows = [...readList(RECENT_TRADE, envelope)].reverse();
  const trades: TradeRow[] = [];
  const seen = new Set<string>();
  const holes: TimeSpan[] = [];
  let holeFromMs: number | null = null;
  for (const row of rows) {
    const trade = parseRow(row, symbol);
    if (typeof trade === "string") {
      defects.add(trade);
      holeFromMs ??= trades.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
      continue;
    }
    if (seen.has(trade.id)) {
      defects.add(`trade ${trade.id} is twice there`);
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
    rowCount: rows.length,
    holes,
    timeMs: envelope.timeMs,
  };
}

/** The trade, or what is wrong with the row. */
function parseRow(row: unknown, symbol: string): TradeRow | string {
  if (!isRecord(row)) {
    return `a row that is ${show(row)}`;
  }
  const id = row.execId;
  if (typeof id !== "string" || id === "") {
    return `execId is ${show(id)}`;
  }
  const at = (field: string) => `${field} of trade ${id.slice(0, 40)} is ${show(row[field])}`;
  if (row.symbol !== undefined && row.symbol !== symbol) {
    return at("symbol");
  }
  const timeMs = readTimeMs(row.time);
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
