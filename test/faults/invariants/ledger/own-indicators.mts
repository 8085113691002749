/** Plain textbook arithmetic over lists, oldest first: written again here, so that the engine is not compared with itself. */

export interface OwnCandles {
  /** Open times, Unix ms. */
  readonly timeMs: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
  readonly typical: readonly number[];
  /** Wilder's average true range of 14, and a twentieth of it. */
  readonly atr: number;
  readonly softening: number;
}

/** @param rows as the ledger has them */
export function ownCandles(rows: readonly (readonly number[])[]): OwnCandles {
  const column = (index: number) => rows.map((row) => row[index] ?? Number.NaN);
  const [timeMs, high, low, close, volume] = [column(0), column(2), column(3), column(4), column(5)];
  const ranges = pairs(close).map(([before], index) => {
    return Math.max(item(high, index + 1), before) - Math.min(item(low, index + 1), before);
  });
  const atr = newest(smoothed(ranges, 14, 1 / 14));
  const typical = close.map((value, index) => (value + item(high, index) + item(low, index)) / 3);
  return { timeMs, high, low, close, volume, typical, atr, softening: atr / 20 };
}

/** Each value with the one before it. */
export function pairs(values: readonly number[]): readonly (readonly [before: number, now: number])[] {
  return values.slice(1).map((now, index) => [item(values, index), now]);
}

/** Begins with the mean of the first `period`, so that it is shorter by one less than these. */
export function smoothed(values: readonly number[], period: number, share: number): readonly number[] {
  const averages = [mean(values.slice(0, period))];
  for (const value of values.slice(period)) {
    averages.push(share * value + (1 - share) * newest(averages));
  }
  return values.length < period ? [] : averages;
}

export function ema(values: readonly number[], period: number): readonly number[] {
  return smoothed(values, period, 2 / (period + 1));
}

export function item(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}

export function newest(values: readonly number[]): number {
  return values.at(-1) ?? Number.NaN;
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function mean(values: readonly number[]): number {
  return total(values) / values.length;
}

/** Of all of them, not of a sample. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

export function squash(value: number, scale: number): number {
  return Math.tanh(value / scale);
}

export function smoothstep(value: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return 3 * share ** 2 - 2 * share ** 3;
}
