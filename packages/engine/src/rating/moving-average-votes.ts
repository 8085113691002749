import { at, type HighLowCloseVolume } from "../indicators/columns.ts";
import { hmaAt } from "../indicators/hma.ts";
import { middleOf } from "../indicators/ichimoku.ts";
import { lastEma } from "../indicators/last-emas.ts";
import { smaAt } from "../indicators/sma.ts";
import { vwmaAt } from "../indicators/vwma.ts";
import { isAbove, isBelow } from "./compare-values.ts";
import type { Voter } from "./vote.ts";

const PERIODS = [10, 20, 30, 50, 100, 200];

/** The 15 votes of the moving averages: the close above an average buys, below it sells. */
export const MOVING_AVERAGE_VOTERS: readonly Voter[] = [
  ...PERIODS.map((period) => averageVoter(`SMA ${period}`, period, ({ close }, end) => smaAt(close, end, period))),
  ...PERIODS.map((period) => averageVoter(`EMA ${period}`, period, ({ close }) => lastEma(close, period))),
  averageVoter("HMA 9", 11, ({ close }, end) => hmaAt(close, end, 9)),
  averageVoter("VWMA 20", 20, (bars, end) => vwmaAt(bars, end, 20)),
  {
    indicator: "Ichimoku 9 26 52",
    minBars: 52,
    evaluate: ({ high, low, close: closes }, end) => {
      const close = at(closes, end);
      const conversion = middleOf(high, low, end, 9);
      const base = middleOf(high, low, end, 26);
      const spanA = (conversion + base) / 2;
      const spanB = middleOf(high, low, end, 52);
      return {
        buy: isAbove(spanA, spanB) && isAbove(base, spanA) && isAbove(conversion, base) && isAbove(close, conversion),
        sell: isBelow(spanA, spanB) && isBelow(base, spanA) && isBelow(conversion, base) && isBelow(close, conversion),
        values: [
          { name: "conversion", value: conversion, unit: "USD" },
          { name: "base", value: base, unit: "USD" },
          { name: "span_b", value: spanB, unit: "USD" },
          { name: "close", value: close, unit: "USD" },
        ],
      };
    },
  },
];

function averageVoter(
  indicator: string,
  minBars: number,
  average: (bars: HighLowCloseVolume, end: number) => number,
): Voter {
  return {
    indicator,
    minBars,
    evaluate: (bars, end) => {
      const value = average(bars, end);
      const close = at(bars.close, end);
      return {
        buy: isAbove(close, value),
        sell: isBelow(close, value),
        values: [
          { name: "average", value, unit: "USD" },
          { name: "close", value: close, unit: "USD" },
        ],
      };
    },
  };
}
