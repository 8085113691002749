import type { Figure } from "../domain/symbol-analysis.ts";
import { adxInto } from "../indicators/adx.ts";
import { awesomeOscillatorAt } from "../indicators/awesome-oscillator.ts";
import { cciAt } from "../indicators/cci.ts";
import { type Column, last } from "../indicators/columns.ts";
import { emaInto } from "../indicators/ema.ts";
import { lastEma } from "../indicators/last-emas.ts";
import { macdInto } from "../indicators/macd.ts";
import { rsiInto } from "../indicators/rsi.ts";
import { createScratch } from "../indicators/scratch.ts";
import { type StochasticPeriods, stochasticInto } from "../indicators/stochastic.ts";
import { stochasticOfRsiInto } from "../indicators/stochastic-rsi.ts";
import { ultimateOscillatorAt } from "../indicators/ultimate-oscillator.ts";
import { williamsRAt } from "../indicators/williams-r.ts";
import { isAbove, isBelow } from "./compare-values.ts";
import { RATING } from "./rating-constants.ts";
import type { VoteConditions, Voter } from "./vote.ts";

/** The size of an oscillator of 0 to 100. */
const PERCENT = 100;

const { rsi, stochastic, cci, adx, awesome, momentum, macd, stochasticRsi, williams, bullBear, ultimate } = RATING;

const [first, second, third] = [createScratch(), createScratch(), createScratch()];

/** The 11 oscillators of the rating, in the platform's order. */
export const OSCILLATOR_VOTERS: readonly Voter[] = [
  {
    indicator: "RSI 14",
    minBars: () => rsi.period + 2,
    evaluate: ({ close }) => {
      const strength = first(close.length);
      rsiInto(strength, close, rsi.period);
      return reversal("rsi", last(strength), last(strength, 1), rsi);
    },
  },
  {
    indicator: "Stochastic 14 3 3",
    minBars: () => smoothedBars(stochastic),
    evaluate: ({ high, low, close }) => {
      const count = smoothedBars(stochastic);
      const newest = (column: Column) => column.subarray(-count);
      const lines = { k: first(count), d: second(count) };
      stochasticInto(lines, { high: newest(high), low: newest(low), close: newest(close) }, stochastic);
      const [k, d] = [last(lines.k), last(lines.d)];
      return {
        buy: isOversold(k, d),
        sell: isOverbought(k, d),
        values: [plain("k", k), plain("d", d)],
      };
    },
  },
  {
    indicator: "CCI 20",
    minBars: () => cci.period + 1,
    evaluate: (bars, end) => reversal("cci", cciAt(bars, end, cci.period), cciAt(bars, end - 1, cci.period), cci),
  },
  {
    indicator: "ADX 14",
    // Wilder's averages of the moves, and that of what they say.
    minBars: () => 2 * adx.period + 1,
    evaluate: (bars) => {
      const { length } = bars.close;
      const columns = { plusDi: first(length), minusDi: second(length), adx: third(length) };
      const { plusDi, minusDi, adx: strength } = adxInto(columns, bars, adx.period);
      const [now, before, plus, minus] = [last(strength), last(strength, 1), last(plusDi), last(minusDi)];
      const trending = isAbove(now, adx.line, PERCENT) && isAbove(now, before, PERCENT);
      return {
        buy: trending && isAbove(plus, minus, PERCENT),
        sell: trending && isBelow(plus, minus, PERCENT),
        values: [plain("adx", now), plain("before", before), plain("plus_di", plus), plain("minus_di", minus)],
      };
    },
  },
  {
    indicator: "Awesome oscillator",
    minBars: () => awesome.slow + 2,
    evaluate: (bars, end) => {
      const size = last(bars.close);
      const now = awesomeOscillatorAt(bars, end, awesome);
      const before = awesomeOscillatorAt(bars, end - 1, awesome);
      const earlier = awesomeOscillatorAt(bars, end - 2, awesome);
      const rises = isAbove(now, before, size) && isAbove(earlier, before, size);
      const falls = isBelow(now, before, size) && isBelow(earlier, before, size);
      return {
        buy: isAbove(now, 0, size) && (!isAbove(before, 0, size) || rises),
        sell: isBelow(now, 0, size) && (!isBelow(before, 0, size) || falls),
        values: [price("ao", now), price("ao_before", before), price("ao_earlier", earlier)],
      };
    },
  },
  {
    indicator: "Momentum 10",
    minBars: () => momentum.period + 2,
    evaluate: ({ close }) => {
      const now = last(close) - last(close, momentum.period);
      const before = last(close, 1) - last(close, momentum.period + 1);
      return {
        buy: isAbove(now, before, last(close)),
        sell: isBelow(now, before, last(close)),
        values: [price("momentum", now), price("before", before)],
      };
    },
  },
  {
    indicator: "MACD 12 26 9",
    minBars: () => macd.slow + macd.signal - 1,
    evaluate: ({ close }) => {
      const { length } = close;
      const columns = { macd: first(length), signal: second(length), histogram: third(length) };
      macdInto(columns, close, macd);
      const [line, signal] = [last(columns.macd), last(columns.signal)];
      return {
        buy: isAbove(line, signal, last(close)),
        sell: isBelow(line, signal, last(close)),
        values: [price("macd", line), price("signal", signal)],
      };
    },
  },
  {
    indicator: "Stochastic RSI 14 14 3 3",
    minBars: () => stochasticRsi.trend,
    evaluate: ({ close }) => {
      const strength = third(close.length);
      rsiInto(strength, close, stochasticRsi.rsi);
      const count = smoothedBars(stochasticRsi);
      const lines = { k: first(count), d: second(count) };
      stochasticOfRsiInto(lines, strength.subarray(-count), stochasticRsi);
      const [k, d] = [last(lines.k), last(lines.d)];
      const trend = lastEma(close, stochasticRsi.trend);
      return {
        buy: isBelow(last(close), trend) && isOversold(k, d),
        sell: isAbove(last(close), trend) && isOverbought(k, d),
        values: [plain("k", k), plain("d", d), price("close", last(close)), price("ema_50", trend)],
      };
    },
  },
  {
    indicator: "Williams %R 14",
    minBars: () => williams.period + 1,
    evaluate: (bars, end) =>
      reversal(
        "williams_r",
        williamsRAt(bars, end, williams.period),
        williamsRAt(bars, end - 1, williams.period),
        williams,
      ),
  },
  {
    indicator: "Bull/bear power 13",
    minBars: () => bullBear.trend,
    evaluate: ({ high, low, close }) => {
      const average = emaInto(first(close.length), close, bullBear.period);
      const bull = last(high) - last(average);
      const bear = last(low) - last(average);
      const size = last(close);
      const bullBefore = last(high, 1) - last(average, 1);
      const bearBefore = last(low, 1) - last(average, 1);
      const trend = lastEma(close, bullBear.trend);
      return {
        buy: isAbove(size, trend) && isBelow(bear, 0, size) && isAbove(bear, bearBefore, size),
        sell: isBelow(size, trend) && isAbove(bull, 0, size) && isBelow(bull, bullBefore, size),
        values: [
          price("bull_power", bull),
          price("bull_before", bullBefore),
          price("bear_power", bear),
          price("bear_before", bearBefore),
          price("close", size),
          price("ema_50", trend),
        ],
      };
    },
  },
  {
    indicator: "Ultimate oscillator 7 14 28",
    minBars: () => ultimate.long + 1,
    evaluate: (bars, end) => {
      const value = ultimateOscillatorAt(bars, end, ultimate);
      return {
        buy: isAbove(value, ultimate.upper, PERCENT),
        sell: isBelow(value, ultimate.lower, PERCENT),
        values: [plain("ultimate", value)],
      };
    },
  },
];

/** Bars that a stochastic with both its averages needs. */
function smoothedBars({ lookback, smoothK, smoothD }: StochasticPeriods): number {
  return lookback + smoothK + smoothD - 2;
}

/** A turn at an extreme: rising below the lower bound buys, falling above the upper one sells. */
function reversal(
  name: string,
  now: number,
  before: number,
  { lower, upper }: { readonly lower: number; readonly upper: number },
): VoteConditions {
  return {
    buy: isBelow(now, lower, PERCENT) && isAbove(now, before, PERCENT),
    sell: isAbove(now, upper, PERCENT) && isBelow(now, before, PERCENT),
    values: [plain(name, now), plain("before", before)],
  };
}

function isOversold(k: number, d: number): boolean {
  return isBelow(k, stochastic.lower, PERCENT) && isBelow(d, stochastic.lower, PERCENT) && isAbove(k, d, PERCENT);
}

function isOverbought(k: number, d: number): boolean {
  return isAbove(k, stochastic.upper, PERCENT) && isAbove(d, stochastic.upper, PERCENT) && isBelow(k, d, PERCENT);
}

function plain(name: string, value: number): Figure {
  return { name, value, unit: "" };
}

function price(name: string, value: number): Figure {
  return { name, value, unit: "USD" };
}
