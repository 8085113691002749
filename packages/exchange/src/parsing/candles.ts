import type { Candles } from "@pulseboard/engine";
import { type CandleRow, candlesFromRows } from "../collect/candle-columns.ts";
import type { Envelope } from "../transport/envelope.ts";
import { readPrice, readQuantity, readTimeMs } from "./numbers.ts";
import { type RowDefects, show } from "./row-defects.ts";
import { badBody, readList } from "./rows.ts";

export const KLINE = "/v5/market/kline";

/**
 * The closed candles of an answer, oldest first; holes are left as they are.
 *
 * @param closedByMs Market time; a candle that is still open then is left out, and is no defect.
 */
export function parseCandles(
  envelope: Envelope,
  symbol: string,
  intervalMs: number,
  closedByMs: number,
  defects: RowDefects,
): Candles {
  const answeredFor = envelope.result.symbol;
  if (answeredFor !== undefined && answeredFor !== symbol) {
    throw badBody(KLINE, `symbol is ${show(answeredFor)}`);
  }
  const rows: CandleRow[] = [];
  let newerMs = Number.POSITIVE_INFINITY;
  for (const row of readList(KLINE, envelope)) {
    const candle = parseRow(row, intervalMs);
    if (typeof candle === "string") {
      defects.add(candle);
      continue;
    }
    // The exchange lists the newest first.
    if (candle.openTimeMs >= newerMs) {
      defects.add(`the candle of ${candle.openTimeMs} is twice there or out of order`);
      continue;
    }
    newerMs = candle.openTimeMs;
    if (candle.openTimeMs + intervalMs <= closedByMs) {
      rows.push(candle);
    }
  }
  return candlesFromRows(rows.reverse(), intervalMs);
}

/** The candle, or what is wrong with the row. */
function parseRow(row: unknown, intervalMs: number): CandleRow | string {
  if (!Array.isArray(row)) {
    return `a row that is ${show(row)}`;
  }
  const openTimeMs = readTimeMs(row[0]);
  if (openTimeMs === undefined || openTimeMs % intervalMs !== 0) {
    return `a start of ${show(row[0])}`;
  }
  const at = (field: string, value: unknown) => `${field} of ${openTimeMs} is ${show(value)}`;
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
