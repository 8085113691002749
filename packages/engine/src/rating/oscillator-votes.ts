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
import { stochasticInto } from "../indicators/stochastic.ts";
import { stochasticOfRsiInto } from "../indicators/stochastic-rsi.ts";
import { ultimateOscillatorAt } from "../indicators/ultimate-oscillator.ts";
import { williamsRAt } from "../indicators/williams-r.ts";
import { isAbove, isBelow } from "./compare-values.ts";
import type { VoteConditions, Voter } from "./vote.ts";

/** The size of an oscillator of 0 to 100. */
const PERCENT = 100;
const SMOOTHED_3_3 = { lookback: 14, smoothK: 3, smoothD: 3 };
/** Bars that the smoothed stochastic needs. */
const STOCHASTIC_BARS = 18;

const [first, second, third] = [createScratch(), createScratch(), createScratch()];

/** The 11 oscillators of the rating, in the platform's order. */
export const OSCILLATOR_VOTERS: readonly Voter[] = [
  {
    indicator: "RSI 14",
    minBars: 16,
    evaluate: ({ close }) => {
      const strength = first(close.length);
      rsiInto(strength, close, 14);
      return reversal("rsi", last(strength), last(strength, 1), 30, 70);
    },
  },
  {
    indicator: "Stochastic 14 3 3",
    minBars: STOCHASTIC_BARS,
    evaluate: ({ high, low, close }) => {
      const newest = (column: Column) => column.subarray(-STOCHASTIC_BARS);
      const lines = { k: first(STOCHASTIC_BARS), d: second(STOCHASTIC_BARS) };
      stochasticInto(lines, { high: newest(high), low: newest(low), close: newest(close) }, SMOOTHED_3_3);
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
    minBars: 21,
    evaluate: (bars, end) => reversal("cci", cciAt(bars, end, 20), cciAt(bars, end - 1, 20), -100, 100),
  },
  {
    indicator: "ADX 14",
    minBars: 29,
    evaluate: (bars) => {
      const { length } = bars.close;
      const columns = { plusDi: first(length), minusDi: second(length), adx: third(length) };
      const { plusDi, minusDi, adx: strength } = adxInto(columns, bars, 14);
      const [now, before, plus, minus] = [last(strength), last(strength, 1), last(plusDi), last(minusDi)];
      const trending = isAbove(now, 20, PERCENT) && isAbove(now, before, PERCENT);
      return {
        buy: trending && isAbove(plus, minus, PERCENT),
        sell: trending && isBelow(plus, minus, PERCENT),
        values: [plain("adx", now), plain("before", before), plain("plus_di", plus), plain("minus_di", minus)],
      };
    },
  },
  {
    indicator: "Awesome oscillator",
    minBars: 36,
    evaluate: (bars, end) => {
      const size = last(bars.close);
      const now = awesomeOscillatorAt(bars, end);
      const before = awesomeOscillatorAt(bars, end - 1);
      const earlier = awesomeOscillatorAt(bars, end - 2);
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
    minBars: 12,
    evaluate: ({ close }) => {
      const now = last(close) - last(close, 10);
      const before = last(close, 1) - last(close, 11);
      return {
        buy: isAbove(now, before, last(close)),
        sell: isBelow(now, before, last(close)),
        values: [price("momentum", now), price("before", before)],
      };
    },
  },
  {
    indicator: "MACD 12 26 9",
    minBars: 34,
    evaluate: ({ close }) => {
      const { length } = close;
      const columns = { macd: first(length), signal: second(length), histogram: third(length) };
      macdInto(columns, close, { fast: 12, slow: 26, signal: 9 });
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
    minBars: 50,
    evaluate: ({ close }) => {
      const strength = third(close.length);
      rsiInto(strength, close, 14);
      const lines = { k: first(STOCHASTIC_BARS), d: second(STOCHASTIC_BARS) };
      stochasticOfRsiInto(lines, strength.subarray(-STOCHASTIC_BARS), SMOOTHED_3_3);
      const [k, d] = [last(lines.k), last(lines.d)];
      const trend = lastEma(close, 50);
      return {
        buy: isBelow(last(close), trend) && isOversold(k, d),
        sell: isAbove(last(close), trend) && isOverbought(k, d),
        values: [plain("k", k), plain("d", d), price("close", last(close)), price("ema_50", trend)],
      };
    },
  },
  {
    indicator: "Williams %R 14",
    minBars: 15,
    evaluate: (bars, end) =>
      reversal("williams_r", williamsRAt(bars, end, 14), williamsRAt(bars, end - 1, 14), -80, -20),
  },
  {
    indicator: "Bull/bear power 13",
    minBars: 50,
    evaluate: ({ high, low, close }) => {
      const average = emaInto(first(close.length), close, 13);
      const bull = last(high) - last(average);
      const bear = last(low) - last(average);
      const size = last(close);
      const bullBefore = last(high, 1) - last(average, 1);
      const bearBefore = last(low, 1) - last(average, 1);
      const trend = lastEma(close, 50);
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
    minBars: 29,
    evaluate: (bars, end) => {
      const value = ultimateOscillatorAt(bars, end, { short: 7, middle: 14, long: 28 });
      return {
        buy: isAbove(value, 70, PERCENT),
        sell: isBelow(value, 30, PERCENT),
        values: [plain("ultimate", value)],
      };
    },
  },
];

/** A turn at an extreme: rising below the lower bound buys, falling above the upper one sells. */
function reversal(name: string, now: number, before: number, lower: number, upper: number): VoteConditions {
  return {
    buy: isBelow(now, lower, PERCENT) && isAbove(now, before, PERCENT),
    sell: isAbove(now, upper, PERCENT) && isBelow(now, before, PERCENT),
    values: [plain(name, now), plain("before", before)],
  };
}

function isOversold(k: number, d: number): boolean {
  return isBelow(k, 20, PERCENT) && isBelow(d, 20, PERCENT) && isAbove(k, d, PERCENT);
}

function isOverbought(k: number, d: number): boolean {
  return isAbove(k, 80, PERCENT) && isAbove(d, 80, PERCENT) && isBelow(k, d, PERCENT);
}

function plain(name: string, value: number): Figure {
  return { name, value, unit: "" };
}

function price(name: string, value: number): Figure {
  return { name, value, unit: "USD" };
}
