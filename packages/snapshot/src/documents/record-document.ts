import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { countField, nameField, unixSecondsField } from "../shared/fields.ts";
import { checkMoment, momentShape } from "../shared/moment.ts";

/** A UTC day, "2026-12-01". */
const dayField = z.string().regex(/^\d{4}-\d\d-\d\d$/, "expected a day");

/** SHA-256, hex. */
const hashField = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256");

const HORIZON_NAMES = ["1h", "4h", "24h"] as const;

/** A mean over days and what it rests on. Low and high are null where there is no interval: days that do not differ. */
const estimateSchema = z.object({
  /** A share that beat the median, 0..1; a rank correlation, -1..1; a mean relative return in basis points. */
  ratio: z.number(),
  /** The ends of the interval of 95 %. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  days: countField,
  moments: countField,
  readings: countField,
});

/** The last days of the span (30; at 24 h 60), and all. Null before the minimum of days. */
const spansOf = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ recent: schema.nullable(), all: schema.nullable() });

/** What may be said. `difference` rests on all days, with an interval that is as wide as the number of figures looked at asks for. */
const claimSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("collecting"), day: countField, of: countField }),
  z.object({ kind: z.literal("difference"), side: z.enum(["above", "below"]) }),
  z.object({ kind: z.literal("no_difference") }),
]);

const figureShape = {
  ...spansOf(estimateSchema).shape,
  /** With an entry a quarter of an hour later. */
  late: spansOf(estimateSchema),
  claim: claimSchema,
  /** By the market's direction at the moment, over all days; null until each has the minimum of days. */
  directions: z.object({ bullish: estimateSchema, neutral: estimateSchema, bearish: estimateSchema }).nullable(),
};

/** Groups by rank within a moment, from the lowest to the highest: ten bars. One value for each. */
const groupsSchema = z
  .object({
    /** That beat the median, 0..1. */
    share: z.array(z.number()),
    low: z.array(z.number().nullable()),
    high: z.array(z.number().nullable()),
    /** Mean relative return, basis points. */
    return_bp: z.array(z.number()),
    readings: z.array(countField),
    /** The highest group's mean return less the lowest one's, basis points. */
    top_less_bottom_bp: z.number().nullable(),
    top_less_bottom_low_bp: z.number().nullable(),
    top_less_bottom_high_bp: z.number().nullable(),
  })
  .refine(
    ({ share, low, high, return_bp, readings }) =>
      [low, high, return_bp, readings].every(({ length }) => length === share.length),
    "expected one value for each group",
  );

/** Of the rank correlation with relative returns. */
const rankedSchema = z.object({ ...figureShape, groups: spansOf(groupsSchema), late_groups: spansOf(groupsSchema) });

/** Of the share beyond a line that beat the median. */
const lineSchema = z.object({
  ...figureShape,
  /** The mean relative return of the same readings, basis points. */
  return_bp: spansOf(estimateSchema),
  late_return_bp: spansOf(estimateSchema),
  /** The share at moments at which more than half of the symbols were beyond the line; they count in nothing else. */
  crowded: estimateSchema.nullable(),
});

/** The figures at one horizon. */
export const recordHorizonSchema = z.object({
  minimum_days: countField,
  recent_days: countField,
  /** Finished ones; null without any. */
  first_day: dayField.nullable(),
  last_day: dayField.nullable(),
  /** Finished days that count, that have too few moments, and that have none at all between the first and the last. */
  days: z.object({ counted: countField, too_few_moments: countField, missing: countField }),
  moments: z.object({ present: countField, missing: countField }),
  readings: z.object({ present: countField, missing: countField, delisted: countField }),
  /** By figure: "score" (and with it the relative score), the components, "outlook", "momentum_1h", "momentum_24h", "technical_rating". */
  ranked: z.record(nameField, rankedSchema),
  /** By line: "score_65", "score_35", "relative_70", "relative_30". */
  lines: z.record(nameField, lineSchema),
});

/**
 * Whether the outlook is shown, by its own record. `shown` is true with `record_agrees` alone.
 */
const recordGateSchema = z
  .object({
    shown: z.boolean(),
    why: z.enum(["record_agrees", "collecting", "no_difference", "record_opposite"]),
    /** The mean rank correlation in standard deviations, over the last 60 days; null before the minimum of days. */
    t: z.number().nullable(),
    days: countField,
    minimum_days: countField,
  })
  .refine(({ shown, why }) => shown === (why === "record_agrees"), "expected shown with record_agrees alone");

/** `mobile:record`: what came of the scores, computed once a day. */
export const recordDocumentSchema = z
  .object({
    ...envelopeShape,
    ...momentShape,
    /** Of the newest refresh that was read. */
    as_of: unixSecondsField,
    /** SHA-256 of all constants of the method and of the record. */
    method_hash: hashField,
    /** The newest link of the chain of closed days; null before the first. */
    chain: z.object({ head: hashField, day: dayField, links: countField }).nullable(),
    /** A moment with fewer scored symbols is missing. */
    needs_symbols: countField,
    /** Scored at the newest refresh. */
    symbols: countField,
    /** The one figure that was named in advance; all others say that they are one of `others` looked at. */
    named: z.object({ horizon: z.enum(HORIZON_NAMES), line: nameField }),
    others: countField,
    /** What a round trip costs in fees, basis points; the spread comes on top. */
    round_trip_fees_bp: z.number(),
    /** Days on which an input became known at most scores, or ceased to be. */
    input_changes: z.array(z.object({ day: dayField, input: nameField, known: z.boolean() })),
    outlook: z.object({ "1h": recordGateSchema, "4h": recordGateSchema }),
    horizons: z.object({ "1h": recordHorizonSchema, "4h": recordHorizonSchema, "24h": recordHorizonSchema }),
  })
  .superRefine(checkSimulatedIsSaid)
  .superRefine(checkMoment);

export type RecordDocument = DeepReadonly<z.infer<typeof recordDocumentSchema>>;
