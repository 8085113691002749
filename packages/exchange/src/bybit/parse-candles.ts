import type { Candles } from "@pulseboard/engine";
import { badBody } from "../errors/exchange-error.ts";
import { createRowErrors, preview } from "../errors/row-errors.ts";
import type { CandlePage } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { readPrice, readQuantity, readTimeMs } from "./numbers.ts";

export const KLINE = "/v5/market/kline";

interface CandleRow {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volumeBase: number;
}

/**
 * The closed candles of an answer, oldest first.
 *
 * @param closedByMs market time; a candle that is still open then is left out, which is not an error. So is one that was open
 *   when the exchange answered: a server a few seconds behind lists the newest as far as it knows it
 * @throws ExchangeError for an answer without a list, or about another symbol
 */
export function parseCandles(envelope: Envelope, symbol: string, intervalMs: number, closedByMs: number): CandlePage {
  const answeredFor = envelope.result.symbol;
  if (answeredFor !== undefined && answeredFor !== symbol) {
    throw badBody(KLINE, `symbol is ${preview(answeredFor)}`);
  }
  const rows: CandleRow[] = [];
  const errors = createRowErrors();
  const knownUpToMs = Math.min(closedByMs, envelope.timeMs);
  let newerMs = Number.POSITIVE_INFINITY;
  for (const row of readList(KLINE, envelope)) {
    const candle = parseRow(row, intervalMs);
    if (typeof candle === "string") {
      errors.add(candle);
      continue;
    }
    // The exchange lists the newest first.
    if (candle.openTimeMs >= newerMs) {
      errors.add(`the candle of ${candle.openTimeMs} is repeated or out of order`);
      continue;
    }
    newerMs = candle.openTimeMs;
    if (candle.openTimeMs + intervalMs <= knownUpToMs) {
      rows.push(candle);
    }
  }
  return { candles: toColumns(rows.reverse(), intervalMs), errors };
}

function toColumns(rows: readonly CandleRow[], intervalMs: number): Candles {
  const column = (name: keyof CandleRow) => Float64Array.from(rows, (row) => row[name]);
  return {
    intervalMs,
    openTimeMs: column("openTimeMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volumeBase: column("volumeBase"),
  };
}

/** The candle, or a description of the row's error. */
function parseRow(row: unknown, intervalMs: number): CandleRow | string {
  if (!Array.isArray(row)) {
    return `a row is ${preview(row)}`;
  }
  const openTimeMs = readTimeMs(row[0]);
  if (openTimeMs === undefined || openTimeMs % intervalMs !== 0) {
    return `the start of a row is ${preview(row[0])}`;
  }
  const at = (field: string, value: unknown) => `${field} of ${openTimeMs} is ${preview(value)}`;
  const open = readPrice(row[1]);
  const high = readPrice(row[2]);
  const low = readPrice(row[3]);
  const close = readPrice(row[4]);
  const volumeBase = readQuantity(row[5]);
  if (open === undefined) {
    return at("open", row[1]);
  }
  if (high === undefined) {
    return at("high", row[2]);
  }
  if (low === undefined) {
    return at("low", row[3]);
  }
  if (close === undefined) {
    return at("close", row[4]);
  }
  if (volumeBase === undefined) {
    return at("volume", row[5]);
  }
  if (high < Math.max(open, close, low)) {
    return `high of ${openTimeMs} is ${high}, below open, close or low`;
  }
  if (low > Math.min(open, close)) {
    return `low of ${openTimeMs} is ${low}, above open or close`;
  }
  return { openTimeMs, open, high, low, close, volumeBase };
}
