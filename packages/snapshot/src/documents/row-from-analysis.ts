import type { AnalysisDocument } from "./analysis-document.ts";
import { scoreSentiment } from "./confluence-score.ts";
import type { ConfluenceScore } from "./mobile-snapshot.ts";
import type { LeanScore } from "./symbols-document.ts";

/** The analysis document without the envelope, and the gates, that it shares with the other documents of its refresh. */
export type AnalysisFields = Omit<
  AnalysisDocument,
  "schema_version" | "method_version" | "sequence" | "origin" | "simulated" | "outlook_gates"
>;

const ROW_FIELDS = [
  "change_24h",
  "turnover_24h",
  "high_24h",
  "low_24h",
  "range_24h",
  "relative",
  "relative_rank",
  "change_5m",
  "change_5m_deviations",
  "outlook",
  "beta_btc",
  "correlation_btc",
  "own_move_24h",
  "as_of",
] as const;

/**
 * The figures of a row that its analysis does not have: those of the ticker, the change over 5 min, the place among all scored
 * symbols, and the comparisons with them and with Bitcoin. `as_of` is the older of ticker and analysis.
 */
export type RowFields = Pick<LeanScore, (typeof ROW_FIELDS)[number]>;

/** Those of a row; a row of version 1 of the method has some of them only. */
export function rowFieldsOf(row: LeanScore): RowFields {
  return Object.fromEntries(
    ROW_FIELDS.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])),
  ) as unknown as RowFields;
}

/** A symbol's scores, oldest first, with their Unix seconds. */
export interface ScoreSeries {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

/** One row of `confluence_scores`: a symbol's analysis in short, beside its other figures and the history of its score. */
export function rowFromAnalysis(analysis: AnalysisFields, fields: RowFields, history: ScoreSeries): ConfluenceScore {
  return withDerivedFields({
    symbol: analysis.symbol,
    score: analysis.score,
    ...(analysis.score_now !== undefined && { score_now: analysis.score_now }),
    reliability: analysis.reliability,
    price: analysis.price,
    ...fields,
    score_history: history.value,
    score_history_at: history.at,
    ...breakdownFromAnalysis(analysis),
  });
}

/** The row with the fields that repeat or sum up others. */
export function withDerivedFields(
  row: Omit<ConfluenceScore, "sentiment" | "volume_24h" | "has_breakdown">,
): ConfluenceScore {
  return {
    ...row,
    sentiment: scoreSentiment(row.score),
    volume_24h: row.turnover_24h,
    has_breakdown: Object.values(row.components).some((score) => score !== null),
  };
}

type Breakdown = Pick<ConfluenceScore, "components" | "sub_components" | "interpretations" | "technical_rating">;

/**
 * An analysis without its weights, reasons and raw figures: scores of components and rules, sentences and ratings. A
 * rule's signal is put on the scale of the scores, where 50 is neutral.
 */
export function breakdownFromAnalysis({
  components,
  interpretation,
  technical_rating,
}: Pick<AnalysisDocument, "components" | "interpretation" | "technical_rating">): Breakdown {
  return {
    components: mapValues(components, ({ score }) => score),
    sub_components: mapValues(components, ({ rules }) => mapValues(rules, ({ signal }) => scoreOfSignal(signal))),
    interpretations: {
      overall: interpretation.overall,
      ...mapValues(components, (component) => component.interpretation),
      actionable_insights: interpretation.actionable_insights,
    },
    technical_rating: mapValues(technical_rating, ({ all, moving_averages, oscillators, label }) => ({
      all,
      moving_averages,
      oscillators,
      label,
    })),
  };
}

/** A record of the same names with each value mapped. */
export function mapValues<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, map(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}

/** Two decimals, like every score. */
function scoreOfSignal(signal: number | null): number | null {
  return signal === null ? null : Math.round((50 + 50 * signal) * 100) / 100;
}
