import { z } from "zod";
import { countField, sourceField, unixSecondsField } from "../shared/fields.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";

/** How one part of the snapshot came about: its true age and how much of it is there. */
const sectionSchema = z
  .object({
    /** Market time of the data, Unix seconds; null when there never was any. */
    as_of: unixSecondsField.nullable(),
    source: sourceField,
    /** Last known good data of an earlier refresh. */
    stale: z.boolean(),
    /** Rows (symbols, figures) that there should be. */
    expected: countField,
    received: countField,
    /** Why something is missing or stale; absent or null when nothing is. */
    reason: missingReasonSchema.nullable().optional(),
  })
  .refine((section) => section.as_of !== null || (section.reason ?? null) !== null, {
    path: ["reason"],
    message: "expected a reason, as as_of is null",
  });

/**
 * - overview: all tickers; rows are eligible symbols
 * - scores: scored symbols against those that were chosen for scoring
 * - movers: of the tickers
 * - perps: funding, open interest, positioning
 * - reference: capitalisation, dominance, fear and greed
 */
export const sectionsSchema = z.object({
  overview: sectionSchema,
  scores: sectionSchema,
  movers: sectionSchema,
  perps: sectionSchema,
  reference: sectionSchema,
});
