export const CANDLE_CSV_HEADER = "timestamp,open,high,low,close,volume";

/** A file of candles as columns, in its own units. Cells that are empty or not a number are NaN. */
export interface CandleTable {
  readonly timeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** The largest number of digits after the point of any price, and of any volume. */
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
}

/** @param lines without the header */
export function parseCandleCsv(lines: readonly string[]): CandleTable {
  const columns = Array.from({ length: 6 }, () => new Float64Array(lines.length).fill(Number.NaN));
  const decimals = [0, 0, 0, 0, 0, 0];
  lines.forEach((line, row) => {
    line.split(",", 6).forEach((cell, index) => {
      const column = columns[index];
      if (column !== undefined && cell !== "") {
        column[row] = Number(cell);
      }
      const point = cell.indexOf(".");
      if (point >= 0) {
        decimals[index] = Math.max(decimals[index] ?? 0, cell.length - point - 1);
      }
    });
  });
  const empty = new Float64Array(0);
  const [timeMs = empty, open = empty, high = empty, low = empty, close = empty, volume = empty] = columns;
  return {
    timeMs,
    open,
    high,
    low,
    close,
    volume,
    priceDecimals: Math.max(...decimals.slice(1, 5)),
    volumeDecimals: decimals[5] ?? 0,
  };
}
