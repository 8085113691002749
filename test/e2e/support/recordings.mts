import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "./program.mts";

const DATA = join(ROOT, "../shared/data");

/** Whether recorded market data is there; in CI it must be. */
export function hasRecordings(): boolean {
  const found = existsSync(DATA);
  if (!found && process.env.CI !== undefined) {
    throw new Error(`${DATA} is missing: recorded market data must be there in CI`);
  }
  if (!found) {
    console.log(`skipped: no recorded market data at ${DATA}`);
  }
  return found;
}

export const KLINES_DIRECTORY = join(DATA, "klines/bybit-7-perps-2025-06");
export const RECORDED_SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "DOTUSDT", "ETHUSDT", "SOLUSDT"] as const;

export interface RecordedCandle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The recorded 1m candles of a symbol, oldest first. */
export function readMinutes(symbol: string): readonly RecordedCandle[] {
  const csv = gunzipSync(readFileSync(join(KLINES_DIRECTORY, "1", `${symbol}.csv.gz`))).toString();
  return csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [openTimeMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = line.split(",").map(Number);
      return { openTimeMs, open, high, low, close, volume };
    });
}

export function readBody(name: string): string {
  return readFileSync(join(DATA, "bodies", name), "utf8");
}
