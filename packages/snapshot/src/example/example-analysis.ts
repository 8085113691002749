import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";

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

/** A minimal analysis of one score: one rule for each component. */
export function exampleAnalysis({ symbol, price, score, weightedSignal }: ExampleSymbol): AnalysisDocument {
  const component = (weight: number, title: string, rules: Component["rules"]): Component => ({
    signal: weightedSignal,
    score,
    weight,
    contribution: round(weight * weightedSignal),
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
    signal: weightedSignal,
    weight: 0.5,
    contribution: round(0.1 * weightedSignal),
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
    sequence: 42,
    origin: "simulator",
    simulated: true,
    symbol,
    as_of: EXAMPLE_AS_OF,
    price,
    score,
    reliability: 0.81,
    reliability_factors: { coverage: 0.9895, freshness: 1, consensus: 0.83, quality: 0.92 },
    weighted_signal: weightedSignal,
    interpretation: {
      overall: `${symbol} scores ${score.toFixed(2)}.`,
      actionable_insights: "Order flow and book agree; the last hour's high is the next test.",
    },
    components: {
      technical: component(0.2, "Momentum", {
        rsi: {
          ...rule("rsi", 56.2, "", "RSI stands at 56.2 on the 30-minute chart."),
          timeframes: { "30m": reading("rsi", 56.2, "", "RSI stands at 56.2.") },
        },
      }),
      volume: component(0.1, "Volume", { cmf: rule("cmf", 0.11, "", "Money flows in.") }),
      orderflow: component(0.25, "Order flow", { cvd: rule("cvd", 0.22, "", "Buyers took 61 % of the last 5 min.") }),
      orderbook: component(0.2, "The book", {
        depth_near: rule("depth_near", 0.12, "", "Bids outweigh asks by 12 %."),
      }),
      sentiment: component(0.15, "Positioning", {
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
      price_structure: component(0.1, "Structure", {
        trend_position: rule("averages_below", 4, "", "The price is above four of five averages."),
      }),
    },
    technical_rating: { "1m": rating, "5m": rating, "30m": rating, "4h": rating },
    inputs: [
      { input: "candles_30m", count: 499, ...input },
      { input: "trades", count: 1000, ...input },
    ],
  };
}

function round(signal: number): number {
  return Math.round(signal * 1e6) / 1e6;
}
