import { average, averaged, type Bar, type Chart, exponential, total } from "./bars.ts";
import { placeIn, type Signal } from "./candle-signals.ts";

/** Rules of `price_structure` on one timeframe. */
export const STRUCTURE_SIGNALS: Readonly<Record<string, (chart: Chart) => Signal>> = {
  trend_position({ bars, unit }) {
    const closes = bars.map(({ c }) => c);
    const terms: number[] = [];
    let faster: number | null = null;
    for (const n of [10, 20, 50, 100, 200].filter((period) => bars.length >= 3 * period)) {
      const line = exponential(closes, n);
      terms.push(Math.tanh(((closes.at(-1) ?? Number.NaN) - line) / (unit * Math.sqrt(n))));
      if (faster !== null) {
        terms.push(Math.tanh((faster - line) / (0.5 * unit * Math.sqrt(n))));
      }
      faster = line;
    }
    return average(terms);
  },
  structure_breaks({ bars }) {
    let high = Number.NaN;
    let low = Number.NaN;
    let [direction, brokenAt, strength] = [0, 0, 0];
    for (const [i, { c }] of bars.entries()) {
      // The swing that this bar confirms is two bars old.
      const middle = bars[i - 2];
      if (middle !== undefined && isTop(bars, i - 2)) {
        high = middle.h;
      }
      if (middle !== undefined && isTop(upsideDown(bars, i - 4, i), Math.min(2, i - 2))) {
        low = middle.l;
      }
      const [up, down] = [c > high, c < low];
      if (up !== down) {
        const next = up ? 1 : -1;
        strength = direction === -next ? 1 : 0.7;
        [direction, brokenAt] = [next, i];
      }
      high = up ? Number.NaN : high;
      low = down ? Number.NaN : low;
    }
    return direction === 0 ? null : direction * strength * 0.5 ** ((bars.length - 1 - brokenAt) / 25);
  },
  support_resistance({ bars, unit, soft }) {
    const mirror = upsideDown(bars, 0, bars.length - 1);
    const places = bars.map((_, i) => i).slice(-200);
    const swings = [
      ...places.filter((i) => isTop(bars, i)).map((i) => bars[i]?.h ?? Number.NaN),
      ...places.filter((i) => isTop(mirror, i)).map((i) => bars[i]?.l ?? Number.NaN),
    ];
    const close = bars.at(-1)?.c ?? Number.NaN;
    const rooms = swings
      .map((swing) => swings.filter((other) => Math.abs(other - swing) <= unit / 4))
      .filter((touches) => touches.length >= 2)
      .map((touches) => average(touches) - close);
    const above = Math.min(...rooms.filter((room) => room >= -soft).map((room) => Math.max(0, room)));
    const below = Math.min(...rooms.filter((room) => room <= soft).map((room) => Math.max(0, -room)));
    return Number.isFinite(above + below) ? (above - below) / (above + below + soft) : null;
  },
  order_blocks({ bars, units, unit }) {
    const usual = averaged(
      bars.map(({ v }) => v),
      20,
      2 / 21,
    );
    const impulses = bars.map(({ o, c, v }, i) => {
      return Math.abs(c - o) >= 1.5 * (units[i] ?? Number.NaN) && v >= 1.5 * (usual[i] ?? Number.NaN);
    });
    return zones(bars, (side) =>
      side.flatMap((bar, i) => {
        const origin = side[i - 1];
        if (i <= bars.length - 200 || origin === undefined || bar.c <= bar.o || !impulses[i]) {
          return [];
        }
        const later = side.slice(i + 1);
        if (later.some(({ l }) => l <= origin.h)) {
          return [];
        }
        const away = Math.max(0, (side.at(-1)?.c ?? Number.NaN) - origin.h);
        return [0.5 ** (later.length / 25) * Math.exp(-away / unit)];
      }),
    );
  },
  fair_value_gaps({ bars, unit }) {
    return zones(bars, (side) =>
      side.flatMap((_, i) => {
        const first = side[i - 2];
        if (i <= bars.length - 199 || first === undefined) {
          return [];
        }
        const floor = Math.min(...side.slice(i).map(({ l }) => l));
        if (floor <= first.h) {
          return [];
        }
        const away = (side.at(-1)?.c ?? Number.NaN) - floor;
        return [((floor - first.h) / unit) * 0.5 ** ((bars.length - 1 - i) / 25) * Math.exp(-away / unit)];
      }),
    );
  },
  range_position: ({ bars, soft }) => Math.tanh(placeIn(bars.slice(-50), soft) / 0.8),
};

/** tanh of the zones below the price minus those above, which are those below it with the chart upside down. */
function zones(bars: readonly Bar[], below: (side: readonly Bar[]) => readonly number[]): Signal {
  const [lower, upper] = [below(bars), below(upsideDown(bars, 0, bars.length - 1))];
  return lower.length + upper.length === 0 ? null : Math.tanh(total(lower) - total(upper));
}

function upsideDown(bars: readonly Bar[], from: number, to: number): readonly Bar[] {
  return bars.slice(Math.max(0, from), to + 1).map(({ t, o, h, l, c, v }) => ({ t, o: -o, h: -l, l: -h, c: -c, v }));
}

/** A fractal of five: above the two before, and not below the two after. */
function isTop(bars: readonly Bar[], i: number): boolean {
  const [a, b, top, d, e] = [i - 2, i - 1, i, i + 1, i + 2].map((place) => bars[place]?.h);
  if (a === undefined || b === undefined || top === undefined || d === undefined || e === undefined) {
    return false;
  }
  return top > a && top > b && top >= d && top >= e;
}
