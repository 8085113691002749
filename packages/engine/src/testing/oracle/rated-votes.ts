import type { Candles } from "../../domain/market-data.ts";
import { average, averaged, type Bar, exponential, toBars, total, wilder } from "./bars.ts";

/** The vote of an indicator and its values; null where it has too few bars. */
type Vote = { readonly vote: number; readonly values: readonly number[] } | null;

/** All 26 votes of the technical rating with their values, its means and its label, by the platform's definitions. */
export function expectedRating(candles: Candles): Readonly<Record<string, number | string | null>> {
  const bars = toBars(candles, Number.POSITIVE_INFINITY)
    .filter(({ v }) => v > 0)
    .slice(-250);
  const averages = Object.entries(averageVotes(bars));
  const oscillators = Object.entries(oscillatorVotes(bars));
  const [ma, other] = [meanOf(averages), meanOf(oscillators)];
  const all = ma === null || other === null ? null : (ma + other) / 2;
  return {
    ...Object.fromEntries(
      [...averages, ...oscillators].flatMap(([name, found]): readonly (readonly [string, number | null])[] => [
        [name, found?.vote ?? null],
        ...(found?.values ?? []).map((value, i) => [`${name} ${i}`, value] as const),
      ]),
    ),
    ma,
    other,
    all,
    label: all === null ? null : labelOf(all),
  };
}

function meanOf(votes: readonly (readonly [string, Vote])[]): number | null {
  const cast = votes.flatMap(([, found]) => (found === null ? [] : [found.vote]));
  return cast.length === 0 ? null : average(cast);
}

function labelOf(rating: number): string {
  const strength = Math.abs(rating) > 0.5 + 1e-9 ? "Strong " : "";
  return Math.abs(rating) <= 0.1 + 1e-9 ? "Neutral" : `${strength}${rating > 0 ? "Buy" : "Sell"}`;
}

/** Equal but for rounding is equal. */
function above(a: number, b: number): boolean {
  return a - b > 1e-10 * Math.max(Math.abs(a), Math.abs(b), 1e-4);
}

function voteFor(buy: boolean, sell: boolean, values: readonly number[]): Vote {
  return { vote: buy ? 1 : sell ? -1 : 0, values };
}

function averageVotes(bars: readonly Bar[]): Readonly<Record<string, Vote>> {
  const closes = bars.map(({ c }) => c);
  const now = closes.at(-1) ?? Number.NaN;
  const against = (needed: number, value: () => number): Vote => {
    const line = bars.length < needed ? Number.NaN : value();
    return bars.length < needed ? null : voteFor(above(now, line), above(line, now), [line, now]);
  };
  const periods = [10, 20, 30, 50, 100, 200];
  const twenty = bars.slice(-20);
  return {
    ...Object.fromEntries(periods.map((n) => [`SMA ${n}`, against(n, () => average(closes.slice(-n)))])),
    ...Object.fromEntries(periods.map((n) => [`EMA ${n}`, against(n, () => exponential(closes, n))])),
    "HMA 9": against(11, () => hull(closes)),
    "VWMA 20": against(20, () => total(twenty.map(({ c, v }) => c * v)) / total(twenty.map(({ v }) => v))),
    "Ichimoku 9 26 52":
      bars.length < 52
        ? null
        : voteFor(false, false, [...[9, 26, 52].map((n) => (top(bars, n) + bottom(bars, n)) / 2), now]),
  };
}

function top(bars: readonly Bar[], n: number): number {
  return Math.max(...bars.slice(-n).map(({ h }) => h));
}

function bottom(bars: readonly Bar[], n: number): number {
  return Math.min(...bars.slice(-n).map(({ l }) => l));
}

/** WMA 3 of (2 WMA 4 - WMA 9). */
function hull(closes: readonly number[]): number {
  const weighted = (values: readonly number[]) =>
    total(values.map((value, i) => value * (i + 1))) / ((values.length * (values.length + 1)) / 2);
  return weighted(
    [2, 1, 0].map((back) => {
      const end = closes.length - back;
      return 2 * weighted(closes.slice(end - 4, end)) - weighted(closes.slice(end - 9, end));
    }),
  );
}

function oscillatorVotes(bars: readonly Bar[]): Readonly<Record<string, Vote>> {
  const closes = bars.map(({ c }) => c);
  const unit = Math.abs(closes.at(-1) ?? 1);
  const now = closes.at(-1) ?? Number.NaN;
  const before = bars.slice(0, -1);
  const needs = (count: number, vote: () => Vote): Vote => (bars.length < count ? null : vote());
  const turn = (values: readonly [number, number], low: number, high: number): Vote => {
    const [last, previous] = values;
    return voteFor(above(low, last) && above(last, previous), above(last, high) && above(previous, last), values);
  };
  const trend = exponential(closes, 50);
  const rsis = rsiOf(closes);
  return {
    "RSI 14": needs(16, () => turn([rsis.at(-1) ?? Number.NaN, rsis.at(-2) ?? Number.NaN], 30, 70)),
    "Stochastic 14 3 3": needs(18, () => {
      const [k, d] = stochastic(bars.map(({ h, l, c }) => [h, l, c] as const));
      return voteFor(above(20, k) && above(20, d) && above(k, d), above(k, 80) && above(d, 80) && above(d, k), [k, d]);
    }),
    "CCI 20": needs(21, () => turn([cci(bars), cci(before)], -100, 100)),
    "ADX 14": needs(29, () => directional(bars)),
    "Awesome oscillator": needs(36, () => {
      const [ao, ao1, ao2] = [awesome(bars), awesome(before), awesome(bars.slice(0, -2))].map((value) => value / unit);
      return awesomeVote(ao ?? 0, ao1 ?? 0, ao2 ?? 0, unit);
    }),
    "Momentum 10": needs(12, () => {
      const [last, previous] = [now - (closes.at(-11) ?? 0), (closes.at(-2) ?? 0) - (closes.at(-12) ?? 0)];
      return voteFor(above(last / unit, previous / unit), above(previous / unit, last / unit), [last, previous]);
    }),
    "MACD 12 26 9": needs(34, () => {
      const slow = averaged(closes, 26, 2 / 27);
      const line = averaged(closes, 12, 2 / 13).map((fast, i) => fast - (slow[i] ?? Number.NaN));
      const [last, signal] = [line.at(-1) ?? Number.NaN, exponential(line, 9)];
      return voteFor(above(last / unit, signal / unit), above(signal / unit, last / unit), [last, signal]);
    }),
    "Stochastic RSI 14 14 3 3": needs(50, () => {
      const [k, d] = stochastic(rsis.map((rsi) => [rsi, rsi, rsi] as const));
      const [oversold, overbought] = [
        above(20, k) && above(20, d) && above(k, d),
        above(k, 80) && above(d, 80) && above(d, k),
      ];
      return voteFor(oversold && above(trend, now), overbought && above(now, trend), [k, d, now, trend]);
    }),
    "Williams %R 14": needs(15, () => turn([williams(bars), williams(before)], -80, -20)),
    "Bull/bear power 13": needs(50, () => {
      const line = averaged(closes, 13, 2 / 14);
      const power = (side: "h" | "l", back: number) =>
        ((bars.at(-1 - back)?.[side] ?? Number.NaN) - (line.at(-1 - back) ?? Number.NaN)) / unit;
      const [bull, bear] = [power("h", 0), power("l", 0)];
      return voteFor(
        above(now, trend) && above(0, bear) && above(bear, power("l", 1)),
        above(trend, now) && above(bull, 0) && above(power("h", 1), bull),
        [bull, power("h", 1), bear, power("l", 1)].map((value) => value * unit).concat(now, trend),
      );
    }),
    "Ultimate oscillator 7 14 28": needs(29, () => {
      const share = (n: number) => {
        const recent = bars.slice(-n).map(({ h, l, c }, i) => {
          const previous = bars[bars.length - n + i - 1]?.c ?? Number.NaN;
          return [c - Math.min(l, previous), Math.max(h, previous) - Math.min(l, previous)] as const;
        });
        return total(recent.map(([bought]) => bought)) / total(recent.map(([, range]) => range));
      };
      const value = (400 * share(7) + 200 * share(14) + 100 * share(28)) / 7;
      return voteFor(above(value, 70), above(30, value), [value]);
    }),
  };
}

function awesomeVote(now: number, before: number, earlier: number, unit: number): Vote {
  const rose = above(now, before) && above(earlier, before);
  const fell = above(before, now) && above(before, earlier);
  return voteFor(above(now, 0) && (!above(before, 0) || rose), above(0, now) && (!above(0, before) || fell), [
    now * unit,
    before * unit,
    earlier * unit,
  ]);
}

function rsiOf(closes: readonly number[]): readonly number[] {
  const changes = closes.map((close, i) => close - (closes[i - 1] ?? Number.NaN));
  const gains = wilder(
    changes.map((change) => (change < 0 ? 0 : change)),
    14,
  );
  const losses = wilder(
    changes.map((change) => (change > 0 ? 0 : -change)),
    14,
  );
  return gains.map((gain, i) => 100 - 100 / (1 + gain / (losses[i] ?? Number.NaN)));
}

/** K and D of the last bar: places in the range of 14, averaged over 3, and over 3 of these. */
function stochastic(rows: readonly (readonly [high: number, low: number, close: number])[]): readonly [number, number] {
  const places = [4, 3, 2, 1, 0].map((back) => {
    const window = rows.slice(rows.length - back - 14, rows.length - back);
    const low = Math.min(...window.map(([, l]) => l));
    const high = Math.max(...window.map(([h]) => h));
    return (100 * ((window.at(-1)?.[2] ?? Number.NaN) - low)) / (high - low);
  });
  const ks = [0, 1, 2].map((from) => average(places.slice(from, from + 3)));
  return [ks[2] ?? Number.NaN, average(ks)];
}

function cci(bars: readonly Bar[]): number {
  const typical = bars.slice(-20).map(({ h, l, c }) => (h + l + c) / 3);
  const centre = average(typical);
  return ((typical.at(-1) ?? 0) - centre) / (0.015 * average(typical.map((value) => Math.abs(value - centre))));
}

function williams(bars: readonly Bar[]): number {
  return (-100 * (top(bars, 14) - (bars.at(-1)?.c ?? Number.NaN))) / (top(bars, 14) - bottom(bars, 14));
}

function awesome(bars: readonly Bar[]): number {
  const middle = bars.map(({ h, l }) => (h + l) / 2);
  return average(middle.slice(-5)) - average(middle.slice(-34));
}

/** Wilder's ADX of 14: the larger of the moves up and down counts, the other does not. */
function directional(bars: readonly Bar[]): Vote {
  const moves = bars.map(({ h, l }, i) => {
    const previous = bars[i - 1];
    const [up, down] = previous === undefined ? [Number.NaN, Number.NaN] : [h - previous.h, previous.l - l];
    const range = previous === undefined ? Number.NaN : Math.max(h, previous.c) - Math.min(l, previous.c);
    const kept = (one: number, other: number) => (Number.isNaN(one) ? one : one > other && one > 0 ? one : 0);
    return { plus: kept(up, down), minus: kept(down, up), range };
  });
  const ranges = wilder(
    moves.map(({ range }) => range),
    14,
  );
  const plus = wilder(
    moves.map((move) => move.plus),
    14,
  ).map((value, i) => (100 * value) / (ranges[i] ?? 0));
  const minus = wilder(
    moves.map((move) => move.minus),
    14,
  ).map((value, i) => (100 * value) / (ranges[i] ?? 0));
  const dx = plus.map((up, i) => (100 * Math.abs(up - (minus[i] ?? 0))) / (up + (minus[i] ?? 0)));
  const adx = wilder(dx, 14);
  const [now, before, up, down] = [adx.at(-1) ?? 0, adx.at(-2) ?? 0, plus.at(-1) ?? 0, minus.at(-1) ?? 0];
  const trending = above(now, 20) && above(now, before);
  return voteFor(trending && above(up, down), trending && above(down, up), [now, before, up, down]);
}
