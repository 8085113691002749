import { RECORDED_KLINES, readRecording } from "@pulseboard/testing/recordings";

/** The symbols of RECORDED_KLINES. */
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
  return readRecording(`${RECORDED_KLINES}/1/${symbol}.csv.gz`)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [openTimeMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = line.split(",").map(Number);
      return { openTimeMs, open, high, low, close, volume };
    });
}
