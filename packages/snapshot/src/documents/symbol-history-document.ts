import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { priceField, scoreField, symbolField, unixSecondsField } from "../shared/fields.ts";
import { missingSchema } from "../shared/missing-reason.ts";

/** The spans of a symbol's history: so many points, so far apart. */
export const HISTORY_SPANS = {
  "6h": { points: 360, stepS: 60 },
  "24h": { points: 288, stepS: 300 },
  "7d": { points: 336, stepS: 1_800 },
  "90d": { points: 540, stepS: 14_400 },
} as const;

export type HistorySpan = keyof typeof HISTORY_SPANS;

function spanSchema({ points, stepS }: (typeof HISTORY_SPANS)[HistorySpan]) {
  const scores = z.array(scoreField.nullable()).length(points);
  return z.object({
    /** Seconds between two points. */
    step_s: z.literal(stepS),
    /** Time of the last point, Unix seconds; each stands for the step that ends with it. */
    to: unixSecondsField,
    /** Closes, oldest first; null is a gap. Six significant digits. */
    price: z.array(priceField.nullable()).length(points),
    /** The last published score of each step. */
    score: scores,
    /** The last relative score of each step. */
    relative: scores,
  });
}

/**
 * `mobile:history:SYMBOL`: price, score and relative score of one symbol over four spans. Prices come from the exchange's candles,
 * scores from what was published by the method's version of the document. It is published every 5 min; its `sequence` is that of
 * the refresh which it was made after.
 */
export const symbolHistorySchema = z
  .object({
    ...envelopeShape,
    symbol: symbolField,
    /** Market time, Unix seconds. */
    as_of: unixSecondsField,
    /** Since when there are scores, Unix seconds; null while there is none. */
    scores_since: unixSecondsField.nullable(),
    spans: z.object({
      "6h": spanSchema(HISTORY_SPANS["6h"]),
      "24h": spanSchema(HISTORY_SPANS["24h"]),
      "7d": spanSchema(HISTORY_SPANS["7d"]),
      "90d": spanSchema(HISTORY_SPANS["90d"]),
    }),
    /** "spans.90d.price" -> why the span does not begin with a figure. */
    missing: missingSchema,
  })
  .superRefine(checkSimulatedIsSaid);

export type SymbolHistory = DeepReadonly<z.infer<typeof symbolHistorySchema>>;
