import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { priceField, scoreField, symbolField, unixSecondsField } from "../shared/fields.ts";

/** A day in half hours. */
export const DAY = { points: 48, stepS: 1800 } as const;

/** One symbol of `mobile:days`. */
export const dayOfSymbolSchema = z.object({
  /** The close of each half hour, oldest first; null is a gap. Five significant digits. */
  price_day: z.array(priceField.nullable()).length(DAY.points),
  /** The last published score of each half hour; null where there was none. */
  score_day: z.array(scoreField.nullable()).length(DAY.points),
});

/**
 * `mobile:days`: prices and scores of the last 24 h of every scored symbol, for the list's sparklines. It is published when a half
 * hour has closed; its `sequence` is that of the refresh which it was made after.
 */
export const daysDocumentSchema = z
  .object({
    ...envelopeShape,
    /** The end of the last half hour, Unix seconds: the time of each symbol's last point. */
    as_of: unixSecondsField,
    /** Seconds between two points. */
    step_s: z.literal(DAY.stepS),
    symbols: z.record(symbolField, dayOfSymbolSchema),
  })
  .superRefine(checkSimulatedIsSaid);

export type DaysDocument = DeepReadonly<z.infer<typeof daysDocumentSchema>>;
