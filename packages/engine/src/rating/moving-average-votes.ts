import type { Candles } from "../domain/market-data.ts";
import { last } from "../indicators/columns.ts";
import { ichimoku } from "../indicators/ichimoku.ts";
import { ema, hma, vwma, windowSum } from "../indicators/moving-averages.ts";
import type { Voter } from "./vote.ts";

const PERIODS = [10, 20, 30, 50, 100, 200];

/** The 15 votes of the moving averages: the close above an average buys, below it sells. */
export const MOVING_AVERAGE_VOTERS: readonly Voter[] = [
  ...PERIODS.map((period) =>
    averageVoter(`SMA ${period}`, period, ({ close }) => windowSum(close, close.length - 1, period) / period),
  ),
  ...PERIODS.map((period) => averageVoter(`EMA ${period}`, period, ({ close }) => last(ema(close, period)))),
  averageVoter("HMA 9", 11, ({ close }) => last(hma(close, 9))),
  averageVoter("VWMA 20", 20, (bars) => last(vwma(bars, 20))),
  {
    indicator: "Ichimoku 9 26 52",
    minBars: 52,
    windowed: true,
    evaluate: (bars) => {
      const { conversion, base, spanA, spanB } = ichimoku(bars, { conversion: 9, base: 26, spanB: 52 });
      const [c, b, a, s, close] = [last(conversion), last(base), last(spanA), last(spanB), last(bars.close)];
      return {
        buy: a > s && b > a && c > b && close > c,
        sell: a < s && b < a && c < b && close < c,
        values: [
          { name: "conversion", value: c, unit: "USD" },
          { name: "base", value: b, unit: "USD" },
          { name: "span_b", value: s, unit: "USD" },
        ],
      };
    },
  },
];

function averageVoter(indicator: string, minBars: number, average: (bars: Candles) => number): Voter {
  return {
    indicator,
    minBars,
    evaluate: (bars) => {
      const value = average(bars);
      const close = last(bars.close);
      return { buy: close > value, sell: close < value, values: [{ name: "average", value, unit: "USD" }] };
    },
  };
}
