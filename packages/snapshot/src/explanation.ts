import type { AnalysisDocument } from "./analysis-document.ts";
import type { ScoredSymbolCore } from "./snapshot-core.ts";

type Explained = Pick<AnalysisDocument, "components" | "interpretation" | "technical_rating">;

/** What a row of a list says of the explanation behind its score: components, rules as scores, sentences, ratings. */
export type Explanation = Pick<
  ScoredSymbolCore,
  "components" | "sub_components" | "interpretations" | "technical_rating"
>;

/** The row's part of an explanation. A rule's signal is put on the scale of the scores: 50 is neutral. */
export function explanation({ components, interpretation, technical_rating }: Explained): Explanation {
  return {
    components: mapped(components, ({ score }) => score),
    sub_components: mapped(components, ({ rules }) => mapped(rules, ({ signal }) => scoreOfSignal(signal))),
    interpretations: {
      overall: interpretation.overall,
      ...mapped(components, (component) => component.interpretation),
      actionable_insights: interpretation.actionable_insights,
    },
    technical_rating: mapped(technical_rating, ({ all, moving_averages, oscillators, label }) => ({
      all,
      moving_averages,
      oscillators,
      label,
    })),
  };
}

/** The same record with each value made anew. */
function mapped<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  make: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, make(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}

/** Two decimals, as all scores. */
function scoreOfSignal(signal: number | null): number | null {
  return signal === null ? null : Math.round((50 + 50 * signal) * 100) / 100;
}
