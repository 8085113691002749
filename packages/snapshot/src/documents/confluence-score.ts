import { z } from "zod";
import {
  amountUsdField,
  changePercentField,
  nameField,
  priceField,
  ratingField,
  ratingLabelField,
  scoreField,
  shareField,
  spreadPercentField,
  symbolField,
  unixSecondsField,
} from "../shared/fields.ts";
import { isSorted } from "../shared/is-sorted.ts";
import { lackingFields } from "../shared/method-version.ts";
import { besideScoreShape } from "./outlook.ts";

/** Longest `overall` and `actionable_insights`, and longest sentence about one component, in characters. */
export const SUMMARY_MAX_CHARS = 340;
export const COMPONENT_SENTENCE_MAX_CHARS = 240;

/** At most this many points of a score's history, one per 15 min. */
const SCORE_HISTORY_LIMIT = 24;

const componentScore = scoreField.nullable();
/** Rule to score. */
const ruleScores = z
  .record(nameField, scoreField.nullable())
  .refine((rules) => Object.keys(rules).length <= 12, "expected at most 12 rules");
const summary = z.string().min(1).max(SUMMARY_MAX_CHARS);
const componentSentence = z.string().min(1).max(COMPONENT_SENTENCE_MAX_CHARS);

const rating = z.object({
  all: ratingField.nullable(),
  moving_averages: ratingField.nullable(),
  oscillators: ratingField.nullable(),
  label: ratingLabelField.nullable(),
});

/** The fields that rows have since version 2 of the method. */
const sinceVersion2 = z
  .object({
    /** The score of this refresh alone; `score` is averaged over time. */
    score_now: scoreField,
    /** The score with the market's part taken off: 50 is with the market. */
    relative: scoreField.nullable(),
    /** 1 is the highest of all scored symbols. */
    relative_rank: z.int().positive().nullable(),
    /** Change of the price over 5 min, %. */
    change_5m: changePercentField.nullable(),
    /** The same in standard deviations of the symbol's own changes over 5 min. */
    change_5m_deviations: z.number().nullable(),
  })
  .partial();

const SINCE_VERSION_2 = Object.keys(sinceVersion2.shape);

/** The fields of a scored symbol that every list of scores shows. */
const leanShape = {
  symbol: symbolField,
  /** The published score, averaged over time. */
  score: scoreField,
  ...sinceVersion2.shape,
  ...besideScoreShape,
  reliability: shareField,
  price: priceField,
  change_24h: changePercentField.nullable(),
  /** USD. */
  turnover_24h: amountUsdField.nullable(),
  high_24h: priceField.nullable(),
  low_24h: priceField.nullable(),
  /** (high - low) / low, %. */
  range_24h: spreadPercentField.nullable(),
  components: z.object({
    technical: componentScore,
    volume: componentScore,
    orderflow: componentScore,
    orderbook: componentScore,
    sentiment: componentScore,
    price_structure: componentScore,
  }),
  /** Oldest first. */
  score_history: z.array(scoreField).max(SCORE_HISTORY_LIMIT),
  /** Unix seconds of each point of the history. */
  score_history_at: z.array(unixSecondsField).max(SCORE_HISTORY_LIMIT),
  technical_rating: z.object({ "1m": rating, "5m": rating, "30m": rating, "4h": rating }),
  /** Market time of the scoring, Unix seconds. */
  as_of: unixSecondsField,
};

const detailShape = {
  sub_components: z.object({
    technical: ruleScores,
    volume: ruleScores,
    orderflow: ruleScores,
    orderbook: ruleScores,
    sentiment: ruleScores,
    price_structure: ruleScores,
  }),
  interpretations: z.object({
    overall: summary,
    technical: componentSentence,
    volume: componentSentence,
    orderflow: componentSentence,
    orderbook: componentSentence,
    sentiment: componentSentence,
    price_structure: componentSentence,
    actionable_insights: summary,
  }),
};

/** Fields that follow from the others. */
const derivedShape = {
  sentiment: z.enum(["BULLISH", "BEARISH", "NEUTRAL"]),
  /** USD, the same as turnover_24h. */
  volume_24h: amountUsdField.nullable(),
  /** True if any component is known. */
  has_breakdown: z.boolean(),
};

type Lean = z.infer<z.ZodObject<typeof leanShape & typeof derivedShape>>;

function checkDerived(entry: Lean, context: z.RefinementCtx): void {
  if (entry.sentiment !== scoreSentiment(entry.score)) {
    context.addIssue({ code: "custom", path: ["sentiment"], message: `does not go with the score ${entry.score}` });
  }
  if (entry.volume_24h !== entry.turnover_24h) {
    context.addIssue({ code: "custom", path: ["volume_24h"], message: "expected the same as turnover_24h" });
  }
  if (entry.score_history.length !== entry.score_history_at.length) {
    context.addIssue({ code: "custom", path: ["score_history_at"], message: "expected one time for each score" });
  }
}

/** One entry of `confluence_scores`. */
export const confluenceScoreSchema = z
  .object({ ...leanShape, ...derivedShape, ...detailShape })
  .superRefine(checkDerived);

/** An entry of the list of all symbols: without rules and sentences, to keep the list small. */
export const leanScoreSchema = z.object({ ...leanShape, ...derivedShape }).superRefine(checkDerived);

/** Checks that the rows have what the method's version asks for, the highest score first and no symbol twice. */
export function checkScoreList(
  document: { readonly method_version?: number | undefined },
  entries: readonly { readonly symbol: string; readonly score: number }[],
  name: string,
  context: z.RefinementCtx,
): void {
  for (const entry of entries) {
    for (const field of lackingFields(document, { ...entry }, SINCE_VERSION_2)) {
      context.addIssue({
        code: "custom",
        path: [name, entry.symbol, field],
        message: "expected by the method's version",
      });
    }
  }
  if (!isSorted(entries, (entry) => -entry.score)) {
    context.addIssue({ code: "custom", path: [name], message: "expected the highest score first" });
  }
  if (new Set(entries.map((entry) => entry.symbol)).size < entries.length) {
    context.addIssue({ code: "custom", path: [name], message: "expected each symbol once" });
  }
}

/** "BULLISH" from 65 on, "BEARISH" up to 35, else "NEUTRAL". */
export function scoreSentiment(score: number): "BULLISH" | "BEARISH" | "NEUTRAL" {
  if (score >= 65) {
    return "BULLISH";
  }
  return score <= 35 ? "BEARISH" : "NEUTRAL";
}
