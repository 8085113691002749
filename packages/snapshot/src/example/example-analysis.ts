import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { OUTLOOK_COLLECTING } from "../documents/outlook.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";

/** The version of the method by which the example's scores are said to be computed. */
export const EXAMPLE_METHOD_VERSION = 2;

/** 2025-06-10T12:00:00Z. */
export const EXAMPLE_AS_OF = 1_749_556_800;

type Component = AnalysisDocument["components"]["technical"];
type Rule = Component["rules"][string];

/** One scored symbol of the example: name, price, score and the weighted signal behind it. */
export interface ExampleSymbol {
  readonly symbol: string;
  readonly price: number;
  readonly score: number;
  readonly weightedSignal: number;
}

/** One refresh of 30 s within the half-life of 10 min. */
const SINCE_BEFORE_MS = 30_000;
const KEPT = 2 ** (-SINCE_BEFORE_MS / 600_000);

/** The components' weights by the method. */
const WEIGHTS = {
  technical: 0.1,
  volume: 0.18,
  orderflow: 0.3,
  orderbook: 0.2,
  sentiment: 0.07,
  price_structure: 0.15,
};

/** A minimal analysis of one score: one rule for each component. The signals of now are a quarter larger than the averaged ones. */
export function exampleAnalysis({ symbol, price, score, weightedSignal }: ExampleSymbol): AnalysisDocument {
  const signalNow = round(1.25 * weightedSignal);
  const contributionsOf = (signal: number) =>
    Object.fromEntries(
      Object.entries(WEIGHTS).map(([name, weight]) => [name, Math.round(weight * signal * 1e8) / 1e8]),
    ) as Record<keyof typeof WEIGHTS, number>;
  const component = (name: keyof typeof WEIGHTS, title: string, rules: Component["rules"]): Component => ({
    signal: signalNow,
    score: twoDecimals(50 + 50 * signalNow),
    weight: WEIGHTS[name],
    contribution: round(WEIGHTS[name] * signalNow),
    reason: null,
    interpretation: `${title} agrees with the score of ${symbol}.`,
    rules,
  });
  const rule = (name: string, value: number, unit: string, sentence: string): Rule => ({
    ...reading(name, value, unit, sentence),
    event_based: false,
    timeframes: {},
  });
  const reading = (name: string, value: number, unit: string, sentence: string) => ({
    signal: signalNow,
    weight: 0.5,
    contribution: round(0.1 * signalNow),
    reason: null,
    sentence,
    figures: [{ name, value, unit }],
  });
  const rating = {
    all: 0.25,
    moving_averages: 0.4,
    oscillators: 0.1,
    label: "Buy",
    votes: [{ indicator: "rsi", vote: 0, values: [{ name: "rsi", value: 56.2, unit: "" }] }],
  } as const;
  const input = { as_of: EXAMPLE_AS_OF - 4, age_s: 4, fresh: true, reason: null };
  return {
    schema_version: SCHEMA_VERSION,
    method_version: EXAMPLE_METHOD_VERSION,
    sequence: 42,
    origin: "simulator",
    simulated: true,
    symbol,
    as_of: EXAMPLE_AS_OF,
    price,
    score,
    score_now: twoDecimals(50 + (50 * Math.tanh(1.8 * signalNow)) / Math.tanh(1.8)),
    reliability: 0.81,
    reliability_factors: { coverage: 0.9895, freshness: 1, consensus: 0.83, quality: 0.92 },
    weighted_signal: weightedSignal,
    weighted_signal_now: signalNow,
    contributions: {
      before: contributionsOf((weightedSignal - (1 - KEPT) * signalNow) / KEPT),
      now: contributionsOf(signalNow),
      after: contributionsOf(weightedSignal),
    },
    since_before_ms: SINCE_BEFORE_MS,
    averaged_ms: 900_000,
    interpretation: {
      overall: `${symbol} is ${pushWords(score)} at ${score.toFixed(1)} over the last quarter of an hour. Pushes ${score >= 50 ? "up" : "down"} most: order flow, 30 % of what speaks for it.`,
      actionable_insights: "It says what pushes and forecasts nothing.",
    },
    components: {
      technical: component("technical", "Momentum", {
        rsi: {
          ...rule("rsi", 56.2, "", "RSI stands at 56.2 on the 30-minute chart."),
          timeframes: { "30m": reading("rsi", 56.2, "", "RSI stands at 56.2.") },
        },
      }),
      volume: component("volume", "Volume", { cmf: rule("cmf", 0.11, "", "Money flows in.") }),
      orderflow: component("orderflow", "Order flow", {
        cvd: rule("cvd", 0.22, "", "Buyers took 61 % of the last 5 min."),
      }),
      orderbook: component("orderbook", "The book", {
        depth_near: rule("depth_near", 0.12, "", "Bids outweigh asks by 12 %."),
      }),
      sentiment: component("sentiment", "Positioning", {
        liquidations: {
          signal: null,
          weight: 0.07,
          contribution: 0,
          reason: "not_provided",
          sentence: null,
          figures: [],
          event_based: true,
          timeframes: {},
        },
      }),
      price_structure: component("price_structure", "Structure", {
        trend_position: rule("averages_below", 4, "", "The price is above four of five averages."),
      }),
    },
    technical_rating: { "1m": rating, "5m": rating, "30m": rating, "4h": rating },
    inputs: [
      { input: "candles_30m", count: 499, ...input },
      { input: "trades", count: 1000, ...input },
    ],
    // Three symbols are no market to compare with.
    outlook: { revm: null, reason: "not_enough_symbols", sentence: null, hourly_deviation: null, moves: [] },
    outlook_gates: OUTLOOK_COLLECTING,
    against_btc: { beta: 1.21, correlation: 0.83, own_move_24h: 0.64, hourly_returns: 168, reason: null },
  };
}

/** The words of the method's lines. */
function pushWords(score: number): string {
  const [distance, way] = [Math.abs(score - 50), score >= 50 ? "up" : "down"];
  if (distance < 5) {
    return "balanced";
  }
  return `${distance >= 15 ? "pushing" : "leaning"} ${way}`;
}

function twoDecimals(score: number): number {
  return Math.round(score * 100) / 100;
}

function round(signal: number): number {
  return Math.round(signal * 1e6) / 1e6;
}
