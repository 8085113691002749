import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { RULE_SENTENCE_MAX_CHARS } from "../documents/analysis-document.ts";
import { COMPONENT_SENTENCE_MAX_CHARS, SUMMARY_MAX_CHARS } from "../documents/confluence-score.ts";
import type { ConfluenceScore } from "../documents/mobile-snapshot.ts";
import { OUTLOOK_SENTENCE_MAX_CHARS } from "../documents/outlook.ts";
import { withDerivedFields } from "../documents/row-from-analysis.ts";
import type { SnapshotFields } from "../documents/snapshot-fields.ts";
import type { MissingReason } from "../shared/missing-reason.ts";
import { RULES, sampleFields } from "./sample-fields.ts";

// The longest documents that the method can produce: the longest names, sentences and numbers, and as many nulls as can
// be (a null and its entry in `missing` take more bytes than any number).

const AS_OF = 1_749_556_800;
const SYMBOL_CHARS = 20;

const sentence = (chars: number): string => "Buyers took 61 % of it. ".repeat(20).slice(0, chars);
const rating = { all: -0.3333, moving_averages: -0.6667, oscillators: -0.0909, label: "Strong Sell" } as const;
const EVENT_RULES: ReadonlySet<string> = new Set(["liquidations", "support_resistance", "order_flow_imbalance"]);

function longestScore(index: number): ConfluenceScore {
  const componentNames = Object.keys(RULES) as (keyof typeof RULES)[];
  const record = <T>(value: (component: keyof typeof RULES) => T) =>
    Object.fromEntries(componentNames.map((name) => [name, value(name)])) as Record<keyof typeof RULES, T>;
  return withDerivedFields({
    symbol: `${String(index).padStart(SYMBOL_CHARS - 4, "X")}USDT`,
    score: ((index % 2 === 0 ? 1000 : 7000) + ((index * 33) % 2000)) / 100,
    score_now: 12.34,
    relative: 12.34,
    relative_rank: 100,
    change_5m: -12.345678,
    change_5m_deviations: -123.45,
    outlook: -0.1234,
    beta_btc: -12.345,
    correlation_btc: -0.123,
    own_move_24h: -12.3456,
    reliability: 0.8123,
    price: 0.00001234567,
    change_24h: -12.34,
    turnover_24h: 12_345_678_901.12,
    high_24h: 0.00001234567,
    low_24h: 0.00001234567,
    range_24h: 123.45,
    components: record(() => 12.34),
    sub_components: record((name) =>
      Object.fromEntries(RULES[name].map((rule) => [rule, EVENT_RULES.has(rule) ? null : 12.34])),
    ),
    interpretations: {
      ...record(() => sentence(COMPONENT_SENTENCE_MAX_CHARS)),
      overall: sentence(SUMMARY_MAX_CHARS),
      actionable_insights: sentence(SUMMARY_MAX_CHARS),
    },
    score_history: Array.from({ length: 24 }, () => 12.34),
    score_history_at: Array.from({ length: 24 }, (_, point) => AS_OF + 900 * (point - 24)),
    technical_rating: { "1m": rating, "5m": rating, "30m": rating, "4h": rating },
    as_of: AS_OF,
  });
}

/** A refresh of `count` symbols with the longest possible snapshot. */
export function longestFields(count: number): SnapshotFields {
  const scores = Array.from({ length: count }, (_, index) => longestScore(index));
  const missing: Record<string, MissingReason> = {};
  for (const { symbol, sub_components } of scores) {
    for (const [component, rules] of Object.entries(sub_components)) {
      for (const [rule, score] of Object.entries(rules)) {
        if (score !== null) {
          continue;
        }
        missing[`confluence_scores.${symbol}.sub_components.${component}.${rule}`] = "source_unavailable";
      }
    }
  }
  const mover = { price: 0.00001234567, volume_24h: 12_345_678_901.12 };
  const movers = (sign: 1 | -1) =>
    Array.from({ length: 5 }, (_, index) => ({
      symbol: `${`${index}`.padEnd(SYMBOL_CHARS - 4, "X")}USDT`,
      change_24h: sign * (99.99 - index),
      ...mover,
    }));
  return sampleFields({ confluence_scores: scores, missing, top_movers: { gainers: movers(1), losers: movers(-1) } });
}

const RULES_BY_TIMEFRAME: Readonly<Record<string, readonly ("1m" | "5m" | "30m" | "4h")[]>> = {
  ...Object.fromEntries(RULES.technical.map((rule) => [rule, ["1m", "5m", "30m", "4h"]])),
  cmf: ["1m", "5m", "30m", "4h"],
  obv: ["1m", "5m", "30m", "4h"],
  chaikin_oscillator: ["1m", "5m", "30m", "4h"],
  relative_volume: ["1m", "5m", "30m", "4h"],
  ...Object.fromEntries(RULES.price_structure.map((rule) => [rule, ["5m", "30m", "4h"]])),
};

/** The rules with more than two figures. */
const FIGURES_OF: Readonly<Record<string, number>> = {
  volume_profile: 3,
  pressure: 4,
  funding_rate: 3,
  trend_position: 5,
  structure_breaks: 4,
  support_resistance: 4,
  order_blocks: 4,
  fair_value_gaps: 4,
};

const figure = { name: "taker_buy_quantity", value: -12345.678901, unit: "candles" };

/** The sentence on a timeframe speaks of that one alone. */
const TIMEFRAME_SENTENCE_CHARS = 150;

function longestReading(figures: number, sentenceChars: number) {
  return {
    signal: -0.123456,
    weight: 0.123456,
    contribution: -0.123456,
    reason: null,
    sentence: sentence(sentenceChars),
    figures: Array.from({ length: figures }, () => figure),
  };
}

/** The analysis of one score with every rule on every timeframe and the longest sentences. */
export function longestAnalysis(): AnalysisDocument {
  const components = Object.entries(RULES).map(([component, rules]) => {
    const ruleResults = rules.map((rule) => {
      const timeframes = (RULES_BY_TIMEFRAME[rule] ?? []).map((timeframe) => [
        timeframe,
        longestReading(FIGURES_OF[rule] ?? 2, TIMEFRAME_SENTENCE_CHARS),
      ]);
      // A rule with timeframes has its figures there.
      const reading = longestReading(timeframes.length > 0 ? 0 : (FIGURES_OF[rule] ?? 2), RULE_SENTENCE_MAX_CHARS);
      return [rule, { ...reading, event_based: false, timeframes: Object.fromEntries(timeframes) }];
    });
    const result = {
      signal: -0.123456,
      score: 12.34,
      weight: 0.15,
      contribution: -0.123456,
      reason: null,
      interpretation: sentence(COMPONENT_SENTENCE_MAX_CHARS),
      rules: Object.fromEntries(ruleResults),
    };
    return [component, result];
  });
  const contributions = Object.fromEntries(Object.keys(RULES).map((name) => [name, -0.12345678])) as Record<
    keyof typeof RULES,
    number
  >;
  const value = { name: "conversion_line", value: -12345.678, unit: "" };
  const vote = { indicator: "ichimoku_base_line", vote: -1 as const, values: [value, value] };
  const technicalRating = { ...rating, votes: Array.from({ length: 26 }, () => vote) };
  return {
    schema_version: 1,
    method_version: 2,
    sequence: 123_456_789,
    origin: "simulator",
    simulated: true,
    symbol: `${"9".repeat(SYMBOL_CHARS - 4)}USDT`,
    as_of: AS_OF,
    price: 0.00001234567,
    score: 12.34,
    reliability: 0.8123,
    reliability_factors: { coverage: 0.1234, freshness: 0.1234, consensus: 0.1234, quality: 0.1234 },
    score_now: 12.34,
    weighted_signal: -0.12345678,
    weighted_signal_now: -0.12345678,
    contributions: { before: contributions, now: contributions, after: contributions },
    since_before_ms: 3_600_000,
    averaged_ms: 86_400_000,
    interpretation: { overall: sentence(SUMMARY_MAX_CHARS), actionable_insights: sentence(SUMMARY_MAX_CHARS) },
    components: Object.fromEntries(components),
    technical_rating: { "1m": technicalRating, "5m": technicalRating, "30m": technicalRating, "4h": technicalRating },
    inputs: Array.from({ length: 12 }, () => ({
      input: "long_account_share",
      as_of: AS_OF,
      age_s: 12.345,
      count: 1000,
      fresh: true,
      reason: null,
    })),
    outlook: {
      revm: -0.123456,
      reason: null,
      sentence: sentence(OUTLOOK_SENTENCE_MAX_CHARS),
      hourly_deviation: 0.001_234_567_8,
      moves: [1, 4, 24, 72].map((hours) => ({
        hours,
        own_log_move: -0.001_234_567_8,
        market_log_move: -0.001_234_567_8,
        deviations: -12.345_678,
      })),
    },
    outlook_gates: { "1h": { shown: false, why: "record_opposite" }, "4h": { shown: false, why: "record_opposite" } },
    against_btc: {
      beta: -12.345_678,
      correlation: -0.123_456,
      own_move_24h: -12.3456,
      hourly_returns: 168,
      reason: null,
    },
  };
}
