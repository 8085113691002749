import type { Candles } from "@pulseboard/engine";

const COLUMNS = ["openTimeMs", "open", "high", "low", "close", "volumeBase"] as const;

/** When the last candle closed, Unix ms; null when there is none. */
export function lastCloseMs(candles: Candles): number | null {
  const lastOpenMs = candles.openTimeMs.at(-1);
  return lastOpenMs === undefined ? null : lastOpenMs + candles.intervalMs;
}

/** The candles that open at `fromMs` or later. */
export function candlesFrom(candles: Candles, fromMs: number): Candles {
  const first = candles.openTimeMs.findIndex((openTimeMs) => openTimeMs >= fromMs);
  const start = first === -1 ? candles.openTimeMs.length : first;
  return fromColumns(candles.intervalMs, (column) => candles[column].slice(start));
}

/** The last `keep` candles of `older` followed by `newer`; the caller makes sure that `newer` continues `older`. */
export function joinCandles(older: Candles, newer: Candles, keep: number): Candles {
  const skip = Math.max(0, older.openTimeMs.length + newer.openTimeMs.length - keep);
  return fromColumns(older.intervalMs, (column) => {
    const joined = new Float64Array(older[column].length + newer[column].length);
    joined.set(older[column]);
    joined.set(newer[column], older[column].length);
    return joined.slice(skip);
  });
}

/** The candles after the last hole, each of which opens when the one before it closes. */
export function contiguousTail(candles: Candles): Candles {
  const times = candles.openTimeMs;
  let first = times.length - 1;
  while (first > 0 && (times[first] ?? 0) - (times[first - 1] ?? 0) === candles.intervalMs) {
    first--;
  }
  return first <= 0 ? candles : candlesFrom(candles, times[first] ?? 0);
}

function fromColumns(intervalMs: number, column: (name: (typeof COLUMNS)[number]) => Float64Array): Candles {
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
