import type { Ticker } from "@pulseboard/engine";
import type { AnalysisFields, Missing, MissingReason, TickerFields } from "@pulseboard/snapshot";
import { analysisFields } from "./analysis-fields.ts";
import type { ScoredInput, ScoredSymbol, Section } from "./market-state.ts";
import { round, roundOrNull } from "./rounding.ts";
import { reasonsForNulls } from "./section.ts";

/**
 * Data must be behind at least this share of the score's weight. Otherwise a symbol whose candles, book and trades all
 * failed would be scored by its funding alone, and lead the list.
 */
const LEAST_COVERAGE = 0.25;

/**
 * The scores of one refresh. A symbol without a score, or with too little data behind it, is only counted.
 * @param expected how many symbols were chosen for scoring
 */
export function scoresSection(
  scored: readonly ScoredInput[],
  expected: number,
  asOfMs: number,
  source: string,
): Section<ReadonlyMap<string, ScoredSymbol>> {
  const value = new Map<string, ScoredSymbol>();
  for (const { analysis, ticker, tickerAsOfMs } of scored) {
    const fields = analysisFields(analysis, ticker, asOfMs);
    if (fields !== null && analysis.reliabilityFactors.coverage >= LEAST_COVERAGE) {
      value.set(fields.symbol, { analysis: fields, ticker: tickerFields(ticker, tickerAsOfMs, fields) });
    }
  }
  const received = value.size;
  return {
    value,
    missing: scoreReasons(value),
    provenance: {
      asOfMs,
      source,
      stale: false,
      expected,
      received,
      reason: received < expected ? "not_provided" : null,
    },
  };
}

function tickerFields(ticker: Ticker, tickerAsOfMs: number, analysis: AnalysisFields): TickerFields {
  const { high24h, low24h } = ticker;
  return {
    change_24h: roundOrNull(ticker.change24hPercent, 6),
    turnover_24h: roundOrNull(ticker.turnover24hUsd, 2),
    high_24h: high24h,
    low_24h: low24h,
    range_24h: high24h === null || low24h === null ? null : round(((high24h - low24h) / low24h) * 100, 4),
    // A new score beside an old price is as old as the price.
    as_of: Math.min(analysis.as_of, Math.floor(tickerAsOfMs / 1000)),
  };
}

/** The reason of each null in the rows of these symbols, by its path in the snapshot. */
export function scoreReasons(scores: ReadonlyMap<string, ScoredSymbol>): Missing {
  return Object.assign({}, ...[...scores.values()].map(rowReasons));
}

function rowReasons({ analysis, ticker }: ScoredSymbol): Missing {
  const path = `confluence_scores.${analysis.symbol}`;
  const reasons: Record<string, MissingReason> = { ...reasonsForNulls(path, ticker, "not_provided") };
  for (const [name, { score, reason, rules }] of Object.entries(analysis.components)) {
    if (score === null) {
      reasons[`${path}.components.${name}`] = reason ?? "not_provided";
    }
    for (const [rule, outcome] of Object.entries(rules)) {
      if (outcome.reason !== null) {
        reasons[`${path}.sub_components.${name}.${rule}`] = outcome.reason;
      }
    }
  }
  for (const [timeframe, rating] of Object.entries(analysis.technical_rating)) {
    const candles = analysis.inputs.find(({ input }) => input === `candles_${timeframe}`);
    Object.assign(
      reasons,
      reasonsForNulls(`${path}.technical_rating.${timeframe}`, rating, candles?.reason ?? "too_short"),
    );
  }
  return reasons;
}
