import type { Candles } from "../domain/market-data.ts";
import type { Input, SymbolInputs, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAME_MS } from "../domain/symbol-inputs.ts";
import { columnOf } from "../indicators/columns.ts";

/** Candles of which only the closes matter, oldest first; the last one closes at `endMs`. */
export function candlesOfCloses(closes: ArrayLike<number>, intervalMs: number, endMs: number): Candles {
  const close = Float64Array.from(closes);
  const openTimeMs = columnOf(close.length, (i) => endMs - (close.length - i) * intervalMs);
  return { intervalMs, openTimeMs, open: close, high: close, low: close, close, volumeBase: close };
}

/** Inputs with these candles alone. */
export function movingInputs(
  nowMs: number,
  candles: Partial<Record<Timeframe, Candles>>,
): Pick<SymbolInputs, "nowMs" | "candles"> {
  const input = (timeframe: Timeframe): Input<Candles> => {
    const value = candles[timeframe];
    const periodMs = TIMEFRAME_MS[timeframe];
    return value === undefined
      ? { known: false, reason: "not_provided", periodMs }
      : { known: true, value, asOfMs: (value.openTimeMs.at(-1) ?? 0) + periodMs, periodMs };
  };
  return { nowMs, candles: { "1m": input("1m"), "5m": input("5m"), "30m": input("30m"), "4h": input("4h") } };
}
