import { z } from "zod";
import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { confluenceScoreSchema } from "../documents/confluence-score.ts";
import type { Freshness } from "../documents/freshness.ts";
import { outlookGatesSchema } from "../documents/outlook.ts";
import { breakdownFromAnalysis, mapValues } from "../documents/row-from-analysis.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { LeanScore } from "../documents/symbols-document.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { type Missing, type MissingReason, missingSchema } from "../shared/missing-reason.ts";
import { emptyListField, errorHeadOf, errorShape, type Failure, headOf, headShape } from "./body-head.ts";

const { sub_components, interpretations } = confluenceScoreSchema.shape;

const symbolRowSchema = z.object({
  ...confluenceScoreSchema.shape,
  /** Both null when the symbol's analysis cannot be read. */
  sub_components: sub_components.nullable(),
  interpretations: interpretations.nullable(),
});

/** The body of `/api/dashboard/symbols`: every scored symbol in the shape of `confluence_scores`, highest score first. */
export const symbolsBodySchema = z.object({
  ...headShape,
  symbols: z.array(symbolRowSchema),
  outlook_gates: outlookGatesSchema.optional(),
  /** "symbols.BTCUSDT.sub_components.sentiment.liquidations" -> reason. */
  missing: missingSchema,
});

export type SymbolsBody = DeepReadonly<z.infer<typeof symbolsBodySchema>>;
type SymbolRow = SymbolsBody["symbols"][number];

/** The rows of all symbols, each with the rules and sentences of its analysis. */
export function symbolsBody(
  { snapshot, symbols, analyses }: Pick<SnapshotDocuments, "snapshot" | "symbols" | "analyses">,
  freshness: Freshness,
): SymbolsBody {
  const rows = symbols.symbols.map((lean) => withDetail(lean, analyses.get(lean.symbol)));
  const reasons = symbols.symbols.map(({ symbol }) => detailReasons(`symbols.${symbol}`, analyses.get(symbol)));
  return {
    ...headOf(snapshot, freshness),
    symbols: rows,
    ...(snapshot.outlook_gates !== undefined && { outlook_gates: snapshot.outlook_gates }),
    missing: Object.assign({}, symbols.missing, ...reasons),
  };
}

/**
 * An analysis without what this body does not show (figures, timeframes, votes, sentences of rules): with hundreds of symbols the
 * whole ones would take 100 MB until the body is made.
 */
export function analysisInShort(analysis: AnalysisDocument): AnalysisDocument {
  const components = mapValues(analysis.components, (component) => ({
    ...component,
    rules: mapValues(component.rules, (rule) => ({ ...rule, sentence: null, figures: [], timeframes: {} })),
  }));
  const technical_rating = mapValues(analysis.technical_rating, (rating) => ({ ...rating, votes: [] }));
  return { ...analysis, components, technical_rating, inputs: [] };
}

function withDetail(lean: LeanScore, analysis: AnalysisDocument | undefined): SymbolRow {
  if (analysis === undefined) {
    return { ...lean, sub_components: null, interpretations: null };
  }
  const { sub_components, interpretations } = breakdownFromAnalysis(analysis);
  return { ...lean, sub_components, interpretations };
}

function detailReasons(path: string, analysis: AnalysisDocument | undefined): Missing {
  if (analysis === undefined) {
    return { [`${path}.sub_components`]: "source_unavailable", [`${path}.interpretations`]: "source_unavailable" };
  }
  return ruleReasons(`${path}.sub_components`, analysis);
}

/** The reason of each unknown rule: `<path>.sentiment.liquidations` -> reason. */
export function ruleReasons(path: string, { components }: Pick<AnalysisDocument, "components">): Missing {
  const reasons: Record<string, MissingReason> = {};
  for (const [component, { rules }] of Object.entries(components)) {
    for (const [rule, { reason }] of Object.entries(rules)) {
      if (reason !== null) {
        reasons[`${path}.${component}.${rule}`] = reason;
      }
    }
  }
  return reasons;
}

export const symbolsErrorSchema = z.object({ ...errorShape, symbols: emptyListField });

export type SymbolsError = DeepReadonly<z.infer<typeof symbolsErrorSchema>>;

/** The body while there is no snapshot. */
export function symbolsError(failure: Failure): SymbolsError {
  return { ...errorHeadOf(failure), symbols: [] };
}
