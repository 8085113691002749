import type { Figure } from "../domain/symbol-analysis.ts";
import { adx } from "../indicators/adx.ts";
import { type Column, last } from "../indicators/columns.ts";
import { macd } from "../indicators/macd.ts";
import { ema } from "../indicators/moving-averages.ts";
import { awesomeOscillator, cci, elderRay, ultimateOscillator, williamsR } from "../indicators/oscillators.ts";
import { rsi } from "../indicators/rsi.ts";
import { stochastic, stochasticRsi } from "../indicators/stochastic.ts";
import type { VoteConditions, Voter } from "./vote.ts";

/** The 11 oscillators of the rating, in the platform's order. */
export const OSCILLATOR_VOTERS: readonly Voter[] = [
  { indicator: "RSI 14", minBars: 16, evaluate: ({ close }) => reversal("rsi", rsi(close, 14), 30, 70) },
  {
    indicator: "Stochastic 14 3 3",
    minBars: 18,
    windowed: true,
    evaluate: ({ close, high, low }) => {
      const { k, d } = stochastic({ high, low, close }, { lookback: 14, smoothK: 3, smoothD: 3 });
      const { oversold, overbought } = stochasticExtremes(last(k), last(d));
      return { buy: oversold, sell: overbought, values: [plain("k", last(k)), plain("d", last(d))] };
    },
  },
  {
    indicator: "CCI 20",
    minBars: 21,
    windowed: true,
    evaluate: (bars) => reversal("cci", cci(bars, 20), -100, 100),
  },
  {
    indicator: "ADX 14",
    minBars: 29,
    evaluate: (bars) => {
      const { plusDi, minusDi, adx: strength } = adx(bars, 14);
      const trending = last(strength) > 20 && rises(strength);
      return {
        buy: trending && last(plusDi) > last(minusDi),
        sell: trending && last(plusDi) < last(minusDi),
        values: [plain("adx", last(strength)), plain("plus_di", last(plusDi)), plain("minus_di", last(minusDi))],
      };
    },
  },
  {
    indicator: "Awesome oscillator",
    minBars: 36,
    windowed: true,
    evaluate: (bars) => {
      const ao = awesomeOscillator(bars);
      const [now, before, earlier] = [last(ao), last(ao, 1), last(ao, 2)];
      return {
        buy: now > 0 && (before <= 0 || (now > before && earlier > before)),
        sell: now < 0 && (before >= 0 || (now < before && earlier < before)),
        values: [price("ao", now), price("ao_before", before)],
      };
    },
  },
  {
    indicator: "Momentum 10",
    minBars: 12,
    windowed: true,
    evaluate: ({ close }) => {
      const now = last(close) - last(close, 10);
      const before = last(close, 1) - last(close, 11);
      return { buy: now > before, sell: now < before, values: [price("momentum", now), price("before", before)] };
    },
  },
  {
    indicator: "MACD 12 26 9",
    minBars: 34,
    evaluate: ({ close }) => {
      const lines = macd(close, { fast: 12, slow: 26, signal: 9 });
      const [line, signal] = [last(lines.macd), last(lines.signal)];
      return { buy: line > signal, sell: line < signal, values: [price("macd", line), price("signal", signal)] };
    },
  },
  {
    indicator: "Stochastic RSI 14 14 3 3",
    minBars: 50,
    evaluate: ({ close }) => {
      const { k, d } = stochasticRsi(close, { rsi: 14, lookback: 14, smoothK: 3, smoothD: 3 });
      const trend = last(ema(close, 50));
      const { oversold, overbought } = stochasticExtremes(last(k), last(d));
      return {
        buy: last(close) < trend && oversold,
        sell: last(close) > trend && overbought,
        values: [plain("k", last(k)), plain("d", last(d)), price("ema_50", trend)],
      };
    },
  },
  {
    indicator: "Williams %R 14",
    minBars: 15,
    windowed: true,
    evaluate: (bars) => reversal("williams_r", williamsR(bars, 14), -80, -20),
  },
  {
    indicator: "Bull/bear power 13",
    minBars: 50,
    evaluate: (bars) => {
      const { bullPower, bearPower } = elderRay(bars, 13);
      const trend = last(ema(bars.close, 50));
      return {
        buy: last(bars.close) > trend && last(bearPower) < 0 && rises(bearPower),
        sell: last(bars.close) < trend && last(bullPower) > 0 && falls(bullPower),
        values: [price("bull_power", last(bullPower)), price("bear_power", last(bearPower)), price("ema_50", trend)],
      };
    },
  },
  {
    indicator: "Ultimate oscillator 7 14 28",
    minBars: 29,
    windowed: true,
    evaluate: (bars) => {
      const value = last(ultimateOscillator(bars, { short: 7, middle: 14, long: 28 }));
      return { buy: value > 70, sell: value < 30, values: [plain("ultimate", value)] };
    },
  },
];

/** A turn at an extreme: rising below the lower bound buys, falling above the upper one sells. */
function reversal(name: string, values: Column, lower: number, upper: number): VoteConditions {
  const now = last(values);
  return {
    buy: now < lower && rises(values),
    sell: now > upper && falls(values),
    values: [plain(name, now), plain("before", last(values, 1))],
  };
}

function stochasticExtremes(k: number, d: number): { readonly oversold: boolean; readonly overbought: boolean } {
  return { oversold: k < 20 && d < 20 && k > d, overbought: k > 80 && d > 80 && k < d };
}

function rises(values: Column): boolean {
  return last(values) > last(values, 1);
}

function falls(values: Column): boolean {
  return last(values) < last(values, 1);
}

function plain(name: string, value: number): Figure {
  return { name, value, unit: "" };
}

function price(name: string, value: number): Figure {
  return { name, value, unit: "USD" };
}
