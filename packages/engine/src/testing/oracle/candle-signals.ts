import { average, averaged, type Chart, exponential, ramp, total, usualMove, wilder } from "./bars.ts";

/** A signal, or null where the rule says nothing. */
export type Signal = number | null;

/** Rules of `technical` on one timeframe. */
export const TECHNICAL_SIGNALS: Readonly<Record<string, (chart: Chart) => Signal>> = {
  rsi({ bars, soft }) {
    const changes = changesOf(bars.map(({ c }) => c));
    const up =
      wilder(
        changes.map((change) => (change < 0 ? 0 : change)),
        14,
      ).at(-1) ?? Number.NaN;
    const down =
      wilder(
        changes.map((change) => (change > 0 ? 0 : -change)),
        14,
      ).at(-1) ?? Number.NaN;
    const rsi = (100 * (up + soft / 2)) / (up + down + soft);
    return between(rsi, [
      [0, 0.5],
      [15, 0],
      [30, -1],
      [50, 0],
      [70, 1],
      [85, 0],
      [100, -0.5],
    ]);
  },
  ao({ bars, unit }) {
    const middle = bars.map(({ h, l }) => (h + l) / 2);
    return Math.tanh((average(middle.slice(-5)) - average(middle.slice(-34))) / unit / 1.5);
  },
  macd({ bars, unit }) {
    const closes = bars.map(({ c }) => c);
    const slow = averaged(closes, 26, 2 / 27);
    const line = averaged(closes, 12, 2 / 13).map((fast, i) => fast - (slow[i] ?? Number.NaN));
    return Math.tanh(((line.at(-1) ?? Number.NaN) - exponential(line, 9)) / unit / 0.5);
  },
  cci({ bars, soft }) {
    const typical = bars.slice(-20).map(({ h, l, c }) => (h + l + c) / 3);
    const centre = average(typical);
    const spread = average(typical.map((value) => Math.abs(value - centre)));
    return Math.tanh(((typical.at(-1) ?? Number.NaN) - centre) / (0.015 * (spread + soft)) / 150);
  },
  adx({ bars, soft }) {
    const nets = bars.map(({ h, l }, i) => {
      const before = bars[i - 1];
      return before === undefined ? Number.NaN : Math.max(h - before.h, 0) - Math.max(before.l - l, 0);
    });
    const ups = wilder(
      nets.map((net) => (net < 0 ? 0 : net)),
      14,
    );
    const downs = wilder(
      nets.map((net) => (net > 0 ? 0 : -net)),
      14,
    );
    const sides = ups.map((up, i) => (up - (downs[i] ?? Number.NaN)) / (up + (downs[i] ?? Number.NaN) + soft));
    const strength =
      wilder(
        sides.map((side) => Math.abs(side) * 100),
        14,
      ).at(-1) ?? Number.NaN;
    return (sides.at(-1) ?? Number.NaN) * ramp(strength, 15, 40);
  },
  williams_r: ({ bars, soft }) => placeIn(bars.slice(-14), soft),
};

/** Rules of `volume` on one timeframe. */
export const VOLUME_SIGNALS: Readonly<Record<string, (chart: Chart) => Signal>> = {
  cmf({ bars, soft }) {
    const recent = bars.slice(-20);
    return ratioSquashed(total(recent.map((bar) => flowOf(bar, soft))), total(recent.map(({ v }) => v)), 0.2);
  },
  obv({ bars, unit }) {
    const signed = bars.map(({ c, v }, i) => v * Math.tanh((c - (bars[i - 1]?.c ?? Number.NaN)) / (unit / 10)));
    return ratioSquashed(total(signed.slice(-20)), total(bars.slice(-20).map(({ v }) => v)), 0.4);
  },
  chaikin_oscillator({ bars, soft }) {
    if (bars.slice(-10).every(({ v }) => v === 0)) {
      return null;
    }
    let line = 0;
    const lines = bars.map((bar) => {
      line += flowOf(bar, soft);
      return line;
    });
    const volume = exponential(
      bars.map(({ v }) => v),
      10,
    );
    return ratioSquashed(exponential(lines, 3) - exponential(lines, 10), volume, 2);
  },
  relative_volume(chart) {
    const { bars } = chart;
    const usual = exponential(
      bars.map(({ v }) => v),
      30,
    );
    if (usual === 0) {
      return null;
    }
    const [before, now] = [bars.at(-4)?.c ?? Number.NaN, bars.at(-1)?.c ?? Number.NaN];
    const times = average(bars.slice(-3).map(({ v }) => v)) / usual;
    return Math.tanh((now - before) / usualMove(chart, 3)) * ramp(times, 1, 3);
  },
};

/** Piecewise linear through the points, which are sorted. */
function between(x: number, points: readonly (readonly [number, number])[]): number {
  for (const [i, [right, high]] of points.entries()) {
    const [left, low] = points[i - 1] ?? [right, high];
    if (x <= right && right > left) {
      return low + ((high - low) * (x - left)) / (right - left);
    }
  }
  return Number.NaN;
}

function changesOf(values: readonly number[]): readonly number[] {
  return values.map((value, i) => value - (values[i - 1] ?? Number.NaN));
}

/** -1 with a close at the low of the bars, 1 at their high. */
export function placeIn(bars: Chart["bars"], soft: number): number {
  const high = Math.max(...bars.map(({ h }) => h));
  const low = Math.min(...bars.map(({ l }) => l));
  const close = bars.at(-1)?.c ?? Number.NaN;
  return (close - low - (high - close)) / (high - low + soft);
}

function flowOf({ h, l, c, v }: Chart["bars"][number], soft: number): number {
  return h === l ? 0 : ((c - l - (h - c)) * v) / (h - l + soft);
}

function ratioSquashed(part: number, whole: number, scale: number): Signal {
  return whole === 0 ? null : Math.tanh(part / whole / scale);
}
