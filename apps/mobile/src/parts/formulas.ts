/**
 * How each figure is computed and what it is a share of, for the "?" beside it: docs/methodology.md in a sentence or two. The
 * texts come with the views that show the figures.
 */
export const FORMULAS = {
  score:
    "50 + 50 tanh(1.8 W) / tanh(1.8). W is the sum of the six components' contributions, averaged over time with a half-life of 10 min. 50 is balanced; it says what pushes now and forecasts nothing.",
  relative:
    "The score with the market taken off: the same stretch of W less the median W of all scored symbols. 50 is with the market.",
  reliability: "Coverage × freshness × consensus × quality, each from 0 to 1. It never moves the score.",
  beta: "Slope of the least-squares line of its hourly log returns over Bitcoin's: covariance / Bitcoin's variance, over the hours of the last 7 days that both have, at least 72. Bitcoin's own is 1.",
  correlation:
    "Pearson's r of its hourly log returns and Bitcoin's, -1 to 1, over the same hours. Its square is the share of the variance that the line explains.",
  ownMove: "100 (e^x - 1), where x is its log move of 24 h less beta times Bitcoin's. Bitcoin's own is 0.",
} as const satisfies Readonly<Record<string, string>>;

export type FormulaName = keyof typeof FORMULAS;
