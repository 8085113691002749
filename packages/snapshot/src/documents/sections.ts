import { z } from "zod";
import { countField, sourceField, unixSecondsField } from "../shared/fields.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";

/** The source of one section of the snapshot, its true age and how complete it is. */
const sectionSchema = z
  .object({
    /** Market time of the data, Unix seconds; null when there never was any. */
    as_of: unixSecondsField.nullable(),
    source: sourceField,
    /** True if this is the last known good data of an earlier refresh. */
    stale: z.boolean(),
    /** The number of rows (symbols, sources) that there should be. */
    expected: countField,
    received: countField,
    /** The reason why the section is stale or incomplete; absent or null when it is neither. */
    reason: missingReasonSchema.nullable().optional(),
  })
  .refine((section) => section.as_of !== null || (section.reason ?? null) !== null, {
    path: ["reason"],
    message: "expected a reason, as as_of is null",
  });

/**
 * - overview: all tickers; rows are eligible symbols
 * - scores: scored symbols, of those selected for scoring
 * - movers: from the tickers
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
