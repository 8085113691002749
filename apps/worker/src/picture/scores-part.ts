import type { ComponentName, SymbolAnalysis, Ticker } from "@pulseboard/engine";
import { explanation, type Missing, type MissingReason, type ScoredSymbolCore } from "@pulseboard/snapshot";
import { type History, NO_SAMPLES } from "../history.ts";
import { type AnalysisFacts, analysisFacts } from "./analysis-facts.ts";
import { type Part, reasonsForNulls } from "./part.ts";
import { round, roundOrNull } from "./rounding.ts";

/** One scored symbol: its row in the lists and the explanation behind it. */
export interface ScoredSymbol {
  readonly row: ScoredSymbolCore;
  readonly analysis: AnalysisFacts;
}

export interface ScoredInput {
  readonly analysis: SymbolAnalysis;
  readonly ticker: Ticker;
  /** Market time of the ticker, Unix ms: of the price and the 24 h figures that are shown. */
  readonly tickerAsOfMs: number;
}

/**
 * Share of the score's weight that must rest on data. Below it, a symbol whose candles, book and trades all failed would be
 * scored by its funding alone, and lead the list of the strongest.
 */
const LEAST_COVERAGE = 0.25;

/**
 * The scores of one refresh. A symbol without a score, or with too little behind it, is left out and only counted.
 * @param expected how many symbols were chosen for scoring
 */
export function scoresPart(
  scored: readonly ScoredInput[],
  expected: number,
  asOfMs: number,
  source: string,
): Part<readonly ScoredSymbol[]> {
  const value = scored.flatMap(({ analysis, ticker, tickerAsOfMs }) => {
    if (analysis.reliabilityFactors.coverage < LEAST_COVERAGE) {
      return [];
    }
    const facts = analysisFacts(analysis, ticker, asOfMs);
    return facts === null ? [] : [{ row: scoreRow(facts, ticker, tickerAsOfMs), analysis: facts }];
  });
  return {
    value,
    missing: Object.assign({}, ...value.map(({ row, analysis }) => scoreReasons(row, analysis))),
    provenance: {
      asOfMs,
      source,
      stale: false,
      expected,
      received: value.length,
      reason: value.length < expected ? "not_provided" : null,
    },
  };
}

/** The row with the history up to now. */
export function withHistory(row: ScoredSymbolCore, history: History): ScoredSymbolCore {
  const { at, value } = history.scores[row.symbol] ?? NO_SAMPLES;
  return { ...row, score_history: value, score_history_at: at };
}

function scoreRow(facts: AnalysisFacts, ticker: Ticker, tickerAsOfMs: number): ScoredSymbolCore {
  const { high24h, low24h } = ticker;
  return {
    symbol: facts.symbol,
    score: facts.score,
    reliability: facts.reliability,
    price: facts.price,
    change_24h: roundOrNull(ticker.change24hPercent, 6),
    turnover_24h: roundOrNull(ticker.turnover24hUsd, 2),
    high_24h: high24h,
    low_24h: low24h,
    range_24h: high24h === null || low24h === null ? null : round(((high24h - low24h) / low24h) * 100, 4),
    score_history: [],
    score_history_at: [],
    // The older of the two: a score of now beside a price of before is as old as the price.
    as_of: Math.min(facts.as_of, Math.floor(tickerAsOfMs / 1000)),
    ...explanation(facts),
  };
}

/** Why each null of a row is null. */
export function scoreReasons(row: ScoredSymbolCore, facts: AnalysisFacts): Missing {
  const path = `confluence_scores.${row.symbol}`;
  const reasons: Record<string, MissingReason> = {
    ...reasonsForNulls(path, row, "not_provided"),
    ...reasonsForNulls(`${path}.components`, row.components, (name) =>
      isComponent(facts, name) ? (facts.components[name].reason ?? "not_provided") : "not_provided",
    ),
  };
  for (const [name, component] of Object.entries(facts.components)) {
    for (const [rule, { reason }] of Object.entries(component.rules)) {
      if (reason !== null) {
        reasons[`${path}.sub_components.${name}.${rule}`] = reason;
      }
    }
  }
  for (const [timeframe, rating] of Object.entries(row.technical_rating)) {
    const candles = facts.inputs.find(({ input }) => input === `candles_${timeframe}`);
    Object.assign(
      reasons,
      reasonsForNulls(`${path}.technical_rating.${timeframe}`, rating, candles?.reason ?? "too_short"),
    );
  }
  return reasons;
}

function isComponent(facts: AnalysisFacts, name: string): name is ComponentName {
  return name in facts.components;
}
