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
} as const satisfies Readonly<Record<string, string>>;

export type FormulaName = keyof typeof FORMULAS;
