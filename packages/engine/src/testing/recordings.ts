import { RECORDED_KLINES, readRecording } from "@pulseboard/testing/recordings";
import type { Candles } from "../domain/market-data.ts";

/** The perpetuals whose candles were recorded. */
export const RECORDED_SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT", "DOGEUSDT", "DOTUSDT"] as const;

/** Candles of a perpetual, recorded in June 2025. */
export function readRecordedKlines(symbol: string, minutes: 1 | 5 | 30 | 240): Candles {
  const rows = parseCsv(readRecording(`${RECORDED_KLINES}/${minutes}/${symbol}.csv.gz`));
  return toCandles(rows, minutes * 60_000, (row) => Number(row[0]));
}

/** Bars of the indicator reference. Their dates do not matter, so they are one minute apart, from time 0. */
export function readReferenceBars(name: string): Candles {
  return toCandles(parseCsv(readRecording(`indicators/bars/${name}.csv`)), 60_000, (_row, index) => index * 60_000);
}

function parseCsv(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(","));
}

function toCandles(
  rows: readonly (readonly string[])[],
  intervalMs: number,
  openTime: (row: readonly string[], index: number) => number,
): Candles {
  const column = (position: number) => Float64Array.from(rows, (row) => Number(row[position]));
  return {
    intervalMs,
    openTimeMs: Float64Array.from(rows, (row, index) => openTime(row, index)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volumeBase: column(5),
  };
}
