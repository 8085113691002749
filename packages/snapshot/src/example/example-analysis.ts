import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { OUTLOOK_COLLECTING } from "../documents/outlook.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import {
  basis,
  cumulativeVolumeDelta,
  type ExampleRule,
  microprice,
  moneyFlow,
  rangePosition,
  readingOf,
  rsi,
  UNKNOWN_RULE,
} from "./example-rules.ts";

/** The version of the method by which the example's scores are said to be computed. */
export const EXAMPLE_METHOD_VERSION = 2;

/** 2025-06-10T12:00:00Z. */
export const EXAMPLE_AS_OF = 1_749_556_800;

type Component = AnalysisDocument["components"]["technical"];

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

/**
 * A minimal analysis of one score, with made-up figures: one rule that speaks for each component. The signals of now are a
 * quarter larger than the averaged ones; each figure is the one of which the method makes that signal, and the sentences are the
 * engine's about these figures, which a test compares.
 */
export function exampleAnalysis({ symbol, price, score, weightedSignal }: ExampleSymbol): AnalysisDocument {
  const signalNow = round(1.25 * weightedSignal);
  const contributionsOf = (signal: number) =>
    Object.fromEntries(
      Object.entries(WEIGHTS).map(([name, weight]) => [name, Math.round(weight * signal * 1e8) / 1e8]),
    ) as Record<keyof typeof WEIGHTS, number>;
  const scoreNow = 50 + 50 * signalNow;
  const component = (name: keyof typeof WEIGHTS, title: string, [rule, parts]: ExampleRule): Component => {
    const spoken = { ...parts, signal: signalNow, contribution: round(WEIGHTS[name] * signalNow), reason: null };
    const timeframes = parts.timeframe === null ? {} : { [parts.timeframe]: readingOf(spoken) };
    const others = name === "sentiment" ? { liquidations: { ...UNKNOWN_RULE, weight: 0.15 } } : {};
    const unknown = name === "sentiment" ? " (1 of 2 unknown)" : "";
    const clause = `${parts.sentence.charAt(0).toLowerCase()}${parts.sentence.slice(1, -1)}`;
    return {
      signal: signalNow,
      score: twoDecimals(scoreNow),
      weight: WEIGHTS[name],
      contribution: round(WEIGHTS[name] * signalNow),
      reason: null,
      interpretation: `${title} is ${pushWords(scoreNow)} (${shown(scoreNow)}): ${clause}${unknown}.`,
      rules: { [rule]: { ...readingOf(spoken), event_based: false, timeframes }, ...others },
    };
  };
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
      overall: `${symbol} is ${pushWords(score)} at ${shown(score)} over the last quarter of an hour. Pushes ${score >= 50 ? "up" : "down"} most: order flow, 30 % of what speaks for it.`,
      actionable_insights: `${distanceToLine(score)}; reliability 0.81, limited most by consensus (0.83). It says what pushes and forecasts nothing.`,
    },
    components: {
      technical: component("technical", "Technical picture", rsi(signalNow)),
      volume: component("volume", "Volume", moneyFlow(signalNow)),
      orderflow: component("orderflow", "Order flow", cumulativeVolumeDelta(signalNow)),
      orderbook: component("orderbook", "Order book", microprice(signalNow)),
      sentiment: component("sentiment", "Positioning", basis(signalNow)),
      price_structure: component("price_structure", "Price structure", rangePosition(signalNow, price)),
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

/** One decimal of the two that documents have, half up. */
function shown(score: number): string {
  return (Math.round(Math.round(100 * score) / 10) / 10).toFixed(1);
}

/** How far the score is from the line where it counts as pushing. */
function distanceToLine(score: number): string {
  const isUp = score >= 50;
  const points = isUp ? score - 65 : 35 - score;
  return `${Math.abs(points).toFixed(1)} points ${points >= 0 ? "past" : "short of"} ${isUp ? 65 : 35}, from where a score is pushing ${isUp ? "up" : "down"}`;
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
