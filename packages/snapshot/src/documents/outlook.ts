import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { changePercentField, countField } from "../shared/fields.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";

/** The longest sentence on an outlook, in characters. */
export const OUTLOOK_SENTENCE_MAX_CHARS = 100;

const revmField = z.number().min(-1).max(1);

const gateSchema = z
  .object({
    shown: z.boolean(),
    /** By its own record: too few days; too near to chance; against it; for it. */
    why: z.enum(["collecting", "no_difference", "record_opposite", "record_agrees"]),
  })
  .refine(({ shown, why }) => shown === (why === "record_agrees"), {
    path: ["shown"],
    message: "expected true if, and only if, the record agrees",
  });

/** Whether the outlook may be shown, for each time ahead that it is said for. */
export const outlookGatesSchema = z.object({ "1h": gateSchema, "4h": gateSchema });

export type OutlookGates = DeepReadonly<z.infer<typeof outlookGatesSchema>>;

/** While there is no record, or too little of it. */
export const OUTLOOK_COLLECTING: OutlookGates = {
  "1h": { shown: false, why: "collecting" },
  "4h": { shown: false, why: "collecting" },
};

/** The figures of a row that compare a symbol with the others and with Bitcoin; documents of older workers have none. */
export const besideScoreShape = z
  .object({
    /** Reversion against the market: above 0 fell behind, below 0 ran ahead. */
    outlook: revmField.nullable(),
    /** Slope of its hourly returns over those of Bitcoin. */
    beta_btc: z.number().nullable(),
    correlation_btc: z.number().min(-1).max(1).nullable(),
    /** Its move over 24 h less beta times that of Bitcoin, %. */
    own_move_24h: changePercentField.nullable(),
  })
  .partial().shape;

const isExplained = { path: ["reason"], message: "expected a reason if, and only if, there are no figures" };

/** An outlook with all figures behind it. */
export const outlookSchema = z
  .object({
    revm: revmField.nullable(),
    reason: missingReasonSchema.nullable(),
    sentence: z.string().min(1).max(OUTLOOK_SENTENCE_MAX_CHARS).nullable(),
    /** Root mean square of the symbol's hourly log returns. */
    hourly_deviation: z.number().positive().nullable(),
    /** Shortest first; empty where there is no outlook. */
    moves: z
      .array(
        z.object({
          hours: z.int().positive(),
          own_log_move: z.number(),
          /** Mean of those of all symbols. */
          market_log_move: z.number(),
          /** (own - market) / (hourly deviation * root of the hours). */
          deviations: z.number(),
        }),
      )
      .max(4),
  })
  .refine(
    ({ revm, reason, sentence, hourly_deviation, moves }) =>
      reason === null
        ? revm !== null && sentence !== null && hourly_deviation !== null && moves.length > 0
        : revm === null && sentence === null && hourly_deviation === null && moves.length === 0,
    isExplained,
  );

/** A symbol against Bitcoin, over the hours that both have of the last 7 days. */
export const againstBtcSchema = z
  .object({
    beta: z.number().nullable(),
    correlation: z.number().min(-1).max(1).nullable(),
    /** %. */
    own_move_24h: changePercentField.nullable(),
    /** How many hourly returns it is made from. */
    hourly_returns: countField.nullable(),
    reason: missingReasonSchema.nullable(),
  })
  .refine(
    ({ reason, ...figures }) => Object.values(figures).every((figure) => (figure === null) === (reason !== null)),
    isExplained,
  );
