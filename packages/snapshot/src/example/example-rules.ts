import type { AnalysisDocument } from "../documents/analysis-document.ts";

type Rule = AnalysisDocument["components"]["technical"]["rules"][string];
type Figures = Rule["figures"];

/** A rule's name, and what it says and weighs. */
export type ExampleRule = readonly [
  name: string,
  parts: {
    readonly weight: number;
    /** The only one that speaks; null for a rule of the whole symbol. */
    readonly timeframe: "30m" | null;
    readonly sentence: string;
    readonly figures: Figures;
  },
];

/** What a rule and its timeframe have in common. */
export function readingOf({
  signal,
  weight,
  contribution,
  reason,
  sentence,
  figures,
}: Omit<Rule, "event_based" | "timeframes">) {
  return { signal, weight, contribution, reason, sentence, figures };
}

/** A stream that is not read. */
export const UNKNOWN_RULE = {
  signal: null,
  contribution: 0,
  reason: "not_provided",
  sentence: null,
  figures: [],
  event_based: true,
  timeframes: {},
} as const;

// Each figure is the one that gives the signal, by the rule's formula in the method turned round.

/** Up to 70 the signal rises in a straight line. */
export function rsi(signal: number): ExampleRule {
  const value = rounded(50 + 20 * signal);
  const sentence = `Softened RSI 14 at ${value.toFixed(0)} on 30m.`;
  return ["rsi", { weight: 0.2, timeframe: "30m", sentence, figures: [{ name: "rsi", value, unit: "" }] }];
}

export function moneyFlow(signal: number): ExampleRule {
  const value = rounded(0.2 * Math.atanh(signal));
  const sentence = `Softened Chaikin money flow 20 at ${signed(value, 2)} on 30m.`;
  return ["cmf", { weight: 0.15, timeframe: "30m", sentence, figures: [{ name: "cmf", value, unit: "" }] }];
}

export function cumulativeVolumeDelta(signal: number): ExampleRule {
  const share = rounded(50 + 50 * 0.25 * Math.atanh(signal));
  const figures = [
    { name: "taker_buy_share", value: share, unit: "%" },
    { name: "quantity", value: 812.4, unit: "base" },
    { name: "covered", value: 5, unit: "min" },
    { name: "window", value: 5, unit: "min" },
    { name: "window_end_age", value: 0, unit: "min" },
  ];
  const sentence = `Buyers took ${share.toFixed(0)} % in the last 5 min.`;
  return ["cvd", { weight: 0.25, timeframe: null, sentence, figures }];
}

export function microprice(signal: number): ExampleRule {
  const share = rounded(50 + 50 * signal);
  const figures = [
    { name: "bid_share", value: share, unit: "%" },
    { name: "levels", value: 1, unit: "" },
    { name: "bid_quantity", value: rounded(share / 10), unit: "base" },
    { name: "ask_quantity", value: rounded(10 - share / 10), unit: "base" },
  ];
  const sentence = `Bids are ${share.toFixed(0)} % of the quantity on the best level of each side.`;
  return ["microprice", { weight: 0.08, timeframe: null, sentence, figures }];
}

/** A mark price above its index pushes down: longs pay for it. */
export function basis(signal: number): ExampleRule {
  const value = rounded(-10 * Math.atanh(signal));
  const sentence = `The mark price is ${signed(value, 1)} bp from its index.`;
  return ["basis", { weight: 0.15, timeframe: null, sentence, figures: [{ name: "basis", value, unit: "bp" }] }];
}

export function rangePosition(signal: number, price: number): ExampleRule {
  const percent = rounded(50 + 50 * 0.8 * Math.atanh(signal));
  const low = rounded(0.98 * price);
  const high = rounded(low + (price - low) / (percent / 100));
  const figures = [
    { name: "range_position", value: percent, unit: "%" },
    { name: "range_low", value: low, unit: "USD" },
    { name: "range_high", value: high, unit: "USD" },
    { name: "range_length", value: 50, unit: "candles" },
  ];
  const sentence = `Price at ${percent.toFixed(0)} % of its range of 50 candles, ${priceText(low)} to ${priceText(high)}, on 30m.`;
  return ["range_position", { weight: 0.1, timeframe: "30m", sentence, figures }];
}

/** Eight significant digits, like every raw figure. */
function rounded(value: number): number {
  return Number(value.toPrecision(8));
}

function signed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) > 0 ? `+${text}` : text;
}

/** Five significant digits. */
function priceText(price: number): string {
  const digits = Math.max(0, 4 - Math.floor(Math.log10(price)));
  return price.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
