import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import {
  countField,
  nameField,
  priceField,
  ratingField,
  ratingLabelField,
  scoreField,
  shareField,
  symbolField,
  unixSecondsField,
} from "../shared/fields.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";
import { COMPONENT_SENTENCE_MAX_CHARS, SUMMARY_MAX_CHARS } from "./confluence-score.ts";

/** The longest sentence about a rule or one of its timeframes, in characters. */
export const RULE_SENTENCE_MAX_CHARS = 170;

const signalField = z.number().min(-1).max(1);

const figureSchema = z.object({
  name: nameField,
  value: z.number(),
  /** "%", "base", "USD", "bp", "ATR", "candles"; "" for a plain ratio. */
  unit: z.string().max(16),
});

/** A signal with its share of the score, or the reason why there is none. */
const readingShape = {
  signal: signalField.nullable(),
  /** Its weight within its parent, as the method states it, before renormalising. */
  weight: shareField,
  /** Its share of `weighted_signal` after all weights; 0 when the signal is null. */
  contribution: signalField,
  reason: missingReasonSchema.nullable(),
  sentence: z.string().min(1).max(RULE_SENTENCE_MAX_CHARS).nullable(),
  figures: z.array(figureSchema).max(8),
};

const isExplained = (reading: { readonly signal: number | null; readonly reason: string | null }): boolean =>
  (reading.signal === null) !== (reading.reason === null);
const explained = { path: ["reason"], message: "expected a reason if, and only if, the signal is null" };

const timeframeReadingSchema = z.object(readingShape).refine(isExplained, explained);

const ruleSchema = z
  .object({
    ...readingShape,
    /** The rule depends on events that occur or do not, so its signal may jump. */
    event_based: z.boolean(),
    /** Empty for a rule that is not computed per timeframe. */
    timeframes: z.partialRecord(z.enum(["1m", "5m", "30m", "4h"]), timeframeReadingSchema),
  })
  .refine(isExplained, explained);

const componentSchema = z
  .object({
    signal: signalField.nullable(),
    score: scoreField.nullable(),
    weight: shareField,
    contribution: signalField,
    reason: missingReasonSchema.nullable(),
    interpretation: z.string().min(1).max(COMPONENT_SENTENCE_MAX_CHARS),
    rules: z.record(nameField, ruleSchema),
  })
  .refine(isExplained, explained)
  .refine((component) => (component.signal === null) === (component.score === null), {
    path: ["score"],
    message: "expected a score if, and only if, there is a signal",
  });

const voteSchema = z.object({
  indicator: nameField,
  /** null when there are too few bars. */
  vote: z.literal([-1, 0, 1]).nullable(),
  values: z.array(figureSchema).max(8),
});

const technicalRatingSchema = z.object({
  all: ratingField.nullable(),
  moving_averages: ratingField.nullable(),
  oscillators: ratingField.nullable(),
  label: ratingLabelField.nullable(),
  votes: z.array(voteSchema),
});

const inputSchema = z.object({
  /** "candles_1m", "book", "trades". */
  input: nameField,
  /** Market time, Unix seconds. */
  as_of: unixSecondsField.nullable(),
  age_s: z.number().nullable(),
  /** Candles, trades, levels, points. */
  count: countField,
  fresh: z.boolean(),
  reason: missingReasonSchema.nullable(),
});

/** `mobile:analysis:SYMBOL`: the whole analysis of one score. */
export const analysisDocumentSchema = z
  .object({
    ...envelopeShape,
    symbol: symbolField,
    /** Market time of the scoring, Unix seconds. */
    as_of: unixSecondsField,
    price: priceField,
    score: scoreField,
    reliability: shareField,
    reliability_factors: z.object({
      coverage: shareField,
      freshness: shareField,
      consensus: shareField,
      quality: shareField,
    }),
    /** W: the weighted mean of the components' signals, from which the score is computed. */
    weighted_signal: signalField,
    interpretation: z.object({
      overall: z.string().min(1).max(SUMMARY_MAX_CHARS),
      actionable_insights: z.string().min(1).max(SUMMARY_MAX_CHARS),
    }),
    components: z.object({
      technical: componentSchema,
      volume: componentSchema,
      orderflow: componentSchema,
      orderbook: componentSchema,
      sentiment: componentSchema,
      price_structure: componentSchema,
    }),
    technical_rating: z.object({
      "1m": technicalRatingSchema,
      "5m": technicalRatingSchema,
      "30m": technicalRatingSchema,
      "4h": technicalRatingSchema,
    }),
    inputs: z.array(inputSchema),
  })
  .superRefine(checkSimulatedIsSaid);

export type AnalysisDocument = DeepReadonly<z.infer<typeof analysisDocumentSchema>>;
