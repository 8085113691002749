import { at, type HighLowCloseVolume } from "../indicators/columns.ts";
import { hmaAt } from "../indicators/hma.ts";
import { middleOf } from "../indicators/ichimoku.ts";
import { lastEma } from "../indicators/last-emas.ts";
import { smaAt } from "../indicators/sma.ts";
import { vwmaAt } from "../indicators/vwma.ts";
import { isAbove, isBelow } from "./compare-values.ts";
import { RATING } from "./rating-constants.ts";
import type { Voter } from "./vote.ts";

const { averages, hull, ichimoku, volumeWeighted } = RATING;

/** The 15 votes of the moving averages: the close above an average buys, below it sells. */
export const MOVING_AVERAGE_VOTERS: readonly Voter[] = [
  ...averages.periods.map((period, i) =>
    averageVoter(`SMA ${period}`, periodAt(i), ({ close }, end) => smaAt(close, end, periodAt(i)())),
  ),
  ...averages.periods.map((period, i) =>
    averageVoter(`EMA ${period}`, periodAt(i), ({ close }) => lastEma(close, periodAt(i)())),
  ),
  averageVoter(
    "HMA 9",
    () => hull.period + Math.floor(Math.sqrt(hull.period)) - 1,
    ({ close }, end) => hmaAt(close, end, hull.period),
  ),
  averageVoter(
    "VWMA 20",
    () => volumeWeighted.period,
    (bars, end) => vwmaAt(bars, end, volumeWeighted.period),
  ),
  {
    indicator: "Ichimoku 9 26 52",
    minBars: () => ichimoku.spanB,
    evaluate: ({ high, low, close: closes }, end) => {
      const close = at(closes, end);
      const conversion = middleOf(high, low, end, ichimoku.conversion);
      const base = middleOf(high, low, end, ichimoku.base);
      const spanA = (conversion + base) / 2;
      const spanB = middleOf(high, low, end, ichimoku.spanB);
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

/** The period as it is when it is asked for. */
function periodAt(index: number): () => number {
  return () => averages.periods[index] ?? Number.NaN;
}

function averageVoter(
  indicator: string,
  minBars: () => number,
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
