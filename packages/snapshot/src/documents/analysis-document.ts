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
import { lackingFields } from "../shared/method-version.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";
import { COMPONENT_SENTENCE_MAX_CHARS, SUMMARY_MAX_CHARS } from "./confluence-score.ts";
import { againstBtcSchema, outlookGatesSchema, outlookSchema } from "./outlook.ts";

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
  /** Its share of `weighted_signal_now` after all weights; 0 when the signal is null. */
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

/** Each component's share of W. */
const contributionsSchema = z.object({
  technical: signalField,
  volume: signalField,
  orderflow: signalField,
  orderbook: signalField,
  sentiment: signalField,
  price_structure: signalField,
});

/**
 * The fields since version 2 of the method, in which the published score is averaged over time: with the contributions before and
 * now, the time between them and the method's half-life, anyone can recompute it.
 */
const sinceVersion2 = z
  .object({
    /** The score of this refresh alone, and W behind it. */
    score_now: scoreField,
    weighted_signal_now: signalField,
    contributions: z.object({
      /** Of the refresh before, averaged; null where the average begins. */
      before: contributionsSchema.nullable(),
      /** Of this refresh alone. */
      now: contributionsSchema,
      /** Averaged; they add up to `weighted_signal`. */
      after: contributionsSchema,
    }),
    /** Market time since the contributions before, ms; up to 0 where the market's clock stood still, and they stay. */
    since_before_ms: z.int().nullable(),
  })
  .partial();

/** `mobile:analysis:SYMBOL`: the whole analysis of one score. */
export const analysisDocumentSchema = z
  .object({
    ...envelopeShape,
    symbol: symbolField,
    /** Market time of the scoring, Unix seconds. */
    as_of: unixSecondsField,
    price: priceField,
    /** The published score, averaged over time. */
    score: scoreField,
    ...sinceVersion2.shape,
    /** The market time that was read without a gap, ms, which the summary's words name; documents of before it lack it. */
    averaged_ms: z.int().nonnegative().optional(),
    reliability: shareField,
    reliability_factors: z.object({
      coverage: shareField,
      freshness: shareField,
      consensus: shareField,
      quality: shareField,
    }),
    /** W, from which the published score is computed: the sum of the averaged contributions. */
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
    /** Absent in documents of older workers, and so are the next two. */
    outlook: outlookSchema.optional(),
    outlook_gates: outlookGatesSchema.optional(),
    against_btc: againstBtcSchema.optional(),
  })
  .superRefine((document, context) => {
    checkSimulatedIsSaid(document, context);
    for (const field of lackingFields(document, document, Object.keys(sinceVersion2.shape))) {
      context.addIssue({ code: "custom", path: [field], message: "expected by the method's version" });
    }
    if ((document.contributions?.before ?? null) !== null && (document.since_before_ms ?? null) === null) {
      context.addIssue({
        code: "custom",
        path: ["since_before_ms"],
        message: "expected the time since the contributions before",
      });
    }
  });

export type AnalysisDocument = DeepReadonly<z.infer<typeof analysisDocumentSchema>>;
