import type { Candles } from "../../domain/market-data.ts";

/** One candle. The oracles work on lists of these, and share no code with the engine. */
export interface Bar {
  readonly t: number;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
}

/** The bars of a timeframe with what its rules divide by; `unit` is Wilder's ATR of 14, `soft` .05 of it. */
export interface Chart {
  readonly bars: readonly Bar[];
  readonly units: readonly number[];
  readonly unit: number;
  readonly soft: number;
}

export function toBars(candles: Candles, nowMs: number): readonly Bar[] {
  const bars: Bar[] = [];
  candles.openTimeMs.forEach((t, i) => {
    if (t + candles.intervalMs <= nowMs) {
      const of = (column: Float64Array) => column[i] ?? Number.NaN;
      bars.push({
        t,
        o: of(candles.open),
        h: of(candles.high),
        l: of(candles.low),
        c: of(candles.close),
        v: of(candles.volumeBase),
      });
    }
  });
  return bars;
}

/** Null below 60 bars, or where the last 60 are flat. Prices are counted from the last close, which keeps their digits. */
export function toChart(counted: readonly Bar[]): Chart | null {
  const zero = counted.at(-1)?.c ?? 0;
  const bars = counted.map(({ t, o, h, l, c, v }) => ({ t, o: o - zero, h: h - zero, l: l - zero, c: c - zero, v }));
  const sixty = bars.slice(-60);
  if (sixty.length < 60 || sixty.every(({ h, l }) => h === sixty[0]?.h && l === h)) {
    return null;
  }
  const ranges = bars.map(({ h, l }, i) => {
    const before = bars[i - 1]?.c;
    return before === undefined ? Number.NaN : Math.max(h - l, Math.abs(h - before), Math.abs(l - before));
  });
  const units = averaged(ranges, 14, 1 / 14);
  const unit = units.at(-1) ?? Number.NaN;
  return unit > 0 ? { bars, units, unit, soft: unit / 20 } : null;
}

/** Wilder's average (share 1 / n) or an EMA (2 / (n + 1)), begun with the plain mean of the first n known values. */
export function averaged(values: readonly number[], n: number, share: number): readonly number[] {
  const first = values.findIndex((value) => !Number.isNaN(value));
  let state = Number.NaN;
  return values.map((value, i) => {
    if (i === first + n - 1) {
      state = values.slice(first, first + n).reduce((sum, one) => sum + one, 0) / n;
    } else if (i >= first + n) {
      state = (1 - share) * state + share * value;
    }
    return state;
  });
}

export function exponential(values: readonly number[], n: number): number {
  return averaged(values, n, 2 / (n + 1)).at(-1) ?? Number.NaN;
}

export function wilder(values: readonly number[], n: number): readonly number[] {
  return averaged(values, n, 1 / n);
}

export function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum;
}

export function average(values: readonly number[]): number {
  return total(values) / values.length;
}

/** With the count as divisor. */
export function deviation(values: readonly number[]): number {
  const centre = average(values);
  return Math.sqrt(average(values.map((value) => (value - centre) * (value - centre))));
}

/** 0 up to a, 1 from b on, 3 t^2 - 2 t^3 between. */
export function ramp(value: number, a: number, b: number): number {
  if (value <= a) {
    return 0;
  }
  const t = (value - a) / (b - a);
  return value >= b ? 1 : 3 * t * t - 2 * t * t * t;
}

/** D(n) with its softening: the deviation of the changes over n bars within the last 500 bars. */
export function usualMove({ bars, soft }: Chart, n: number): number {
  const closes = bars.slice(-500).map(({ c }) => c);
  return deviation(closes.slice(n).map((close, i) => close - (closes[i] ?? Number.NaN))) + soft;
}
