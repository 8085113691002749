import { z } from "zod";
import { type AnalysisDocument, analysisDocumentSchema } from "../documents/analysis-document.ts";
import { confluenceScoreSchema } from "../documents/confluence-score.ts";
import type { Freshness } from "../documents/freshness.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import { breakdownFromAnalysis } from "../documents/row-from-analysis.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { type Missing, type MissingReason, missingSchema } from "../shared/missing-reason.ts";
import { analysisText } from "./analysis-text.ts";
import { errorHeadOf, errorShape, type Failure, headOf, headShape } from "./body-head.ts";
import { ruleReasons } from "./symbols-body.ts";

const { components: breakdown, ...documentShape } = analysisDocumentSchema.shape;
const { components, sub_components, interpretations } = confluenceScoreSchema.shape;

/**
 * The body of `/api/dashboard/confluence-analysis/{symbol}`: the analysis document. `components` are scores, as in every
 * other body; the document's own `components` are in `breakdown`.
 */
export const confluenceAnalysisSchema = z.object({
  ...headShape,
  ...documentShape,
  components,
  sub_components,
  interpretations,
  breakdown,
  /** The analysis as readable text. */
  analysis: z.string().min(1),
  /** "components.orderflow", "sub_components.sentiment.liquidations" -> reason. */
  missing: missingSchema,
});

export type ConfluenceAnalysis = DeepReadonly<z.infer<typeof confluenceAnalysisSchema>>;

/**
 * The whole analysis of one symbol's score.
 *
 * @param analysis - Of the same sequence as `snapshot`.
 */
export function confluenceAnalysis(
  snapshot: MobileSnapshot,
  analysis: AnalysisDocument,
  freshness: Freshness,
): ConfluenceAnalysis {
  const { components: details, ...document } = analysis;
  const { components: scores, sub_components: rules, interpretations: sentences } = breakdownFromAnalysis(analysis);
  return {
    ...headOf(snapshot, freshness),
    ...document,
    components: scores,
    sub_components: rules,
    interpretations: sentences,
    breakdown: details,
    analysis: analysisText(analysis),
    missing: {
      ...componentReasons(details),
      ...ruleReasons("sub_components", analysis),
      ...reasonsOfNulls("outlook", analysis.outlook),
      ...reasonsOfNulls("against_btc", analysis.against_btc),
    },
  };
}

function componentReasons(details: ConfluenceAnalysis["breakdown"]): Missing {
  const reasons: Record<string, MissingReason> = {};
  for (const [name, { reason }] of Object.entries(details)) {
    if (reason !== null) {
      reasons[`components.${name}`] = reason;
    }
  }
  return reasons;
}

/** The reason of each figure of a part that has one reason for all. */
function reasonsOfNulls(
  path: string,
  part: ConfluenceAnalysis["outlook"] | ConfluenceAnalysis["against_btc"],
): Missing {
  const { reason = null, ...figures } = part ?? {};
  const unknown = Object.entries(figures).filter(([, figure]) => figure === null);
  return reason === null ? {} : Object.fromEntries(unknown.map(([name]) => [`${path}.${name}`, reason]));
}

export const confluenceAnalysisErrorSchema = z.object({
  ...errorShape,
  score: z.null(),
  price: z.null(),
  components: z.null(),
  sub_components: z.null(),
  interpretations: z.null(),
  analysis: z.null(),
});

export type ConfluenceAnalysisError = DeepReadonly<z.infer<typeof confluenceAnalysisErrorSchema>>;

/** The body while there is no snapshot; with the code "symbol_not_scored", that for a symbol without a score. */
export function confluenceAnalysisError(failure: Failure): ConfluenceAnalysisError {
  return {
    ...errorHeadOf(failure),
    score: null,
    price: null,
    components: null,
    sub_components: null,
    interpretations: null,
    analysis: null,
  };
}

/** The failure that goes with status 404. */
export const SYMBOL_NOT_SCORED = {
  code: "symbol_not_scored",
  message: "This symbol is not among the scored ones. /api/dashboard/symbols lists them.",
} as const;
