import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import {
  percentOfWholeField,
  scoreField,
  sourceField,
  spreadPercentField,
  symbolField,
  unixSecondsField,
} from "../shared/fields.ts";

/** Unix seconds, each later than the one before. */
export const timesField = z
  .array(unixSecondsField)
  .refine((times) => times.every((time, index) => time > (times[index - 1] ?? -1)), "expected rising times");

export const isOneTimeEach = (series: {
  readonly at: readonly number[];
  readonly [values: string]: unknown;
}): boolean => Object.values(series).every((column) => !Array.isArray(column) || column.length === series.at.length);

export const oneTimeEach = "expected one time for each value";

/**
 * `worker:history`: the histories of scores, dispersion and dominance, oldest first. `worker:state` holds them now; this
 * document is still written for one version, so that a rollback loses nothing, and read after an upgrade.
 */
export const historyDocumentSchema = z
  .object({
    ...envelopeShape,
    /** Unix seconds. */
    as_of: unixSecondsField,
    /** Symbol to its scores, one per 15 min. */
    scores: z.record(
      symbolField,
      z.object({ at: timesField, score: z.array(scoreField) }).refine(isOneTimeEach, oneTimeEach),
    ),
    /** %, one value per refresh, for the mean of the last 24 h. */
    market_dispersion: z
      .object({ at: timesField, value: z.array(spreadPercentField) })
      .refine(isOneTimeEach, oneTimeEach),
    /** %, of one source only: sources differ by more than the market moves in a day. */
    btc_dominance: z
      .object({ source: sourceField, at: timesField, value: z.array(percentOfWholeField) })
      .refine(isOneTimeEach, oneTimeEach)
      .nullable(),
  })
  .superRefine(checkSimulatedIsSaid);

export type HistoryDocument = DeepReadonly<z.infer<typeof historyDocumentSchema>>;
