/**
 * The constants of the technical rating, by indicator: periods in bars, and the lines that a vote needs to be beyond. They are
 * those of TradingView's published script (version 3.0).
 */
export const RATING = {
  /** Of so many bars at most, the last with trades. */
  all: { ratedBars: 250 },
  /** Simple and exponential moving averages. */
  averages: { periods: [10, 20, 30, 50, 100, 200] },
  hull: { period: 9 },
  volumeWeighted: { period: 20 },
  ichimoku: { conversion: 9, base: 26, spanB: 52 },
  rsi: { period: 14, lower: 30, upper: 70 },
  /** Its lines hold for the stochastic RSI, too. */
  stochastic: { lookback: 14, smoothK: 3, smoothD: 3, lower: 20, upper: 80 },
  cci: { period: 20, lower: -100, upper: 100 },
  adx: { period: 14, line: 20 },
  awesome: { fast: 5, slow: 34 },
  momentum: { period: 10 },
  macd: { fast: 12, slow: 26, signal: 9 },
  stochasticRsi: { rsi: 14, lookback: 14, smoothK: 3, smoothD: 3, trend: 50 },
  williams: { period: 14, lower: -80, upper: -20 },
  bullBear: { period: 13, trend: 50 },
  ultimate: { short: 7, middle: 14, long: 28, lower: 30, upper: 70 },
  /** Beyond these the mean of all votes has a direction, and is strong. */
  label: { direction: 0.1, strong: 0.5 },
} as const;
