import type { Candles } from "../domain/market-data.ts";

/** A candle as ccxt's `fetchOHLCV` returns it: [open time in Unix ms, open, high, low, close, volume in base coin]. */
export type CandleRow = readonly (number | null | undefined)[];

const FIELDS = ["open time", "open", "high", "low", "close", "volume"];
const DAY_MS = 86_400_000;

/**
 * Candles from rows as ccxt gives them, oldest first. No rows give empty candles. Gaps are allowed: scores use the candles after
 * the last one, and the indicators count candles, not time. Where an exchange leaves out candles without trades, fill them in
 * with a volume of 0 to have them scored.
 *
 * A bad row is an error, not left out: a silent gap where the source is broken would change every figure after it. A row is
 * bad when it does not consist of six numbers; a price is not above 0 or a volume below 0; high or low does not enclose open
 * and close; or its open time does not come after the previous one, or is off the interval's grid (multiples of the interval
 * in Unix time, or, for intervals that do not divide a day, such as a week, whole intervals after the first row).
 *
 * @param intervalMs Length of one candle, ms.
 * @param nowMs Unix ms. Candles that close later are left out: exchanges list the unfinished candle last, and only closed
 * candles belong in `Candles`. Without it the caller promises that all rows are closed.
 * @throws RangeError that names the first bad row, from 0, and its fault, or the argument that is none.
 * @example
 * candlesFromRows([[0, 10, 12, 9, 11, 500], [60_000, 11, 13, 10, 12, 400]], 60_000).close // [11, 12]
 */
export function candlesFromRows(
  rows: readonly CandleRow[],
  intervalMs: number,
  nowMs = Number.POSITIVE_INFINITY,
): Candles {
  if (!Number.isSafeInteger(intervalMs) || intervalMs < 1) {
    throw new RangeError(`The interval is ${show(intervalMs)}, not a whole number of ms`);
  }
  if (Number.isNaN(nowMs) || typeof nowMs !== "number") {
    throw new RangeError(`nowMs is ${show(nowMs)}, not a time in Unix ms`);
  }
  if (!Array.isArray(rows)) {
    throw new RangeError(`The rows are not a list`);
  }
  let previousMs = Number.NEGATIVE_INFINITY;
  const originMs = DAY_MS % intervalMs === 0 ? 0 : (rows[0]?.[0] ?? 0);
  for (const [index, row] of rows.entries()) {
    const fault = faultOf(row) ?? timeFaultOf(row[0] ?? Number.NaN, { previousMs, originMs, intervalMs });
    if (fault !== null) {
      throw new RangeError(`Row ${index}: ${fault}`);
    }
    previousMs = row[0] ?? Number.NaN;
  }
  const closed = rows.filter(([openMs]) => (openMs ?? Number.NaN) + intervalMs <= nowMs);
  const column = (field: number) => Float64Array.from(closed, (row) => row[field] ?? Number.NaN);
  return {
    intervalMs,
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volumeBase: column(5),
  };
}

/** For messages: the text "5" must not look like the number. */
function show(value: unknown): string {
  return typeof value === "number" || value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}

/** The first fault within the row itself; null when there is none. */
function faultOf(row: CandleRow): string | null {
  if (!Array.isArray(row) || row.length !== FIELDS.length) {
    return `it is not a list of six numbers: ${FIELDS.join(", ")}`;
  }
  const values = Array.from<unknown, number>(row, (value) => (typeof value === "number" ? value : Number.NaN));
  const unknown = values.findIndex((value) => !Number.isFinite(value));
  if (unknown !== -1) {
    return `${FIELDS[unknown]} is ${show(row[unknown])}, not a finite number`;
  }
  const notAbove0 = values.findIndex((value, i) => i >= 1 && i <= 4 && value <= 0);
  if (notAbove0 !== -1) {
    return `${FIELDS[notAbove0]} is ${values[notAbove0]}, not above 0`;
  }
  const [, open = 0, high = 0, low = 0, close = 0, volume = 0] = values;
  if (volume < 0) {
    return `volume is ${volume}, below 0`;
  }
  if (high < low) {
    return `high ${high} is below low ${low}`;
  }
  if (high < Math.max(open, close)) {
    return `high ${high} is below open ${open} or close ${close}`;
  }
  return low > Math.min(open, close) ? `low ${low} is above open ${open} or close ${close}` : null;
}

interface Grid {
  readonly previousMs: number;
  readonly originMs: number;
  readonly intervalMs: number;
}

/** The fault of an open time; null when it comes after the previous one and lies on the grid. */
function timeFaultOf(openMs: number, { previousMs, originMs, intervalMs }: Grid): string | null {
  if (!Number.isSafeInteger(openMs) || openMs < 0) {
    return `open time ${openMs} is not in Unix ms`;
  }
  if (openMs === previousMs) {
    return `open time ${openMs} is that of the previous row`;
  }
  if (openMs < previousMs) {
    return `open time ${openMs} is before ${previousMs} of the previous row; rows must be oldest first`;
  }
  if ((openMs - originMs) % intervalMs !== 0) {
    return `open time ${openMs} is off the grid of ${intervalMs} ms; times and the interval are in ms`;
  }
  return null;
}
