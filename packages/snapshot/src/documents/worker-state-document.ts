import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { describeIssues } from "../shared/describe-issues.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import {
  countField,
  percentOfWholeField,
  scoreField,
  sourceField,
  spreadPercentField,
  symbolField,
} from "../shared/fields.ts";
import { methodVersionOf } from "../shared/method-version.ts";
import { missingReasonSchema } from "../shared/missing-reason.ts";
import { MAX_WORKER_STATE_BYTES } from "../shared/sizes.ts";
import { alertRegimeShape, zoneShape } from "./alerts-document.ts";
import { isOneTimeEach, oneTimeEach, timesField } from "./history-document.ts";
import { WORKER_STATE_KEY } from "./keys.ts";
import { regimeField, UNKNOWN_REGIME } from "./market-overview.ts";
import { parseJsonObject } from "./parse-document.ts";

/** Up to the last moment that a `Date` can be: its seconds fit into every document. */
const unixMsField = z.number().min(0).max(8.64e15);

const provenanceSchema = z.strictObject({
  /** Market time of the data; null when there never was any. */
  as_of_ms: unixMsField.nullable(),
  source: sourceField,
  stale: z.boolean(),
  expected: countField,
  received: countField,
  reason: missingReasonSchema.nullable(),
});

const sourceSchema = z.strictObject({ source: sourceField, as_of_ms: unixMsField });

function samplesSchema(valueField: z.ZodNumber) {
  return z.strictObject({ at: timesField, value: z.array(valueField) }).refine(isOneTimeEach, oneTimeEach);
}

/** A component's share of W, or W itself; unrounded. */
const signalField = z.number().min(-1).max(1);

/** What rounding can add to a sum of contributions. */
const ROUNDING = 1e-9;

const averageSchema = z
  .strictObject({
    contributions: z.strictObject({
      technical: signalField,
      volume: signalField,
      orderflow: signalField,
      orderbook: signalField,
      sentiment: signalField,
      price_structure: signalField,
    }),
    /** Market time of the last refresh that is in it. */
    as_of_ms: unixMsField,
    /** Market time of the refresh since which there was no gap; what was averaged over a shorter time says so. */
    began_at_ms: unixMsField.optional(),
    /** It holds readings of before a gap, too. */
    after_gap: z.boolean().optional(),
  })
  .refine(
    ({ as_of_ms, began_at_ms }) => began_at_ms === undefined || began_at_ms <= as_of_ms,
    "began_at_ms lies after as_of_ms",
  )
  .refine(
    ({ contributions }) =>
      Math.abs(Object.values(contributions).reduce((sum, share) => sum + share, 0)) <= 1 + ROUNDING,
    "contributions add up to more than 1",
  );

const partShapes = {
  /** Market time of the refresh. */
  as_of_ms: unixMsField,
  overview: provenanceSchema,
  movers: provenanceSchema,
  perps: provenanceSchema,
  scores: provenanceSchema,
  /** Each source by itself: `sections.reference` of the snapshot says one time and one name for both. */
  reference: z.strictObject({
    market_cap: sourceSchema.nullable(),
    fear_greed: sourceSchema.nullable(),
    reason: z.enum(["warming_up", "source_unavailable"]),
  }),
  /** One score per 15 min, by symbol. */
  score_history: z.record(symbolField, samplesSchema(scoreField)),
  /** %, one value per refresh, for the mean of the last 24 h. */
  dispersion_history: samplesSchema(spreadPercentField),
  /** %, of one source only: sources differ by more than the market moves in a day. */
  dominance_history: z
    .strictObject({ source: sourceField, at: timesField, value: z.array(percentOfWholeField) })
    .refine(isOneTimeEach, oneTimeEach)
    .nullable(),
  zones: z.record(symbolField, z.strictObject(zoneShape)),
  regime: z.strictObject(alertRegimeShape),
  /** By symbol: the contributions to its published score, averaged over time. */
  averages: z.record(symbolField, averageSchema),
  /** Mean W of the scored symbols, one per 15 min of the last 7 days. */
  regime_samples: samplesSchema(signalField),
  /** The regime that is shown or, while it is unknown, was; since when another has been computed, or none. Market time. */
  shown_regime: z
    .strictObject({
      name: regimeField.refine((name) => name !== UNKNOWN_REGIME, "expected the name of a known regime"),
      differs_since_ms: unixMsField.nullable(),
      unknown_since_ms: unixMsField.nullable(),
      as_of_ms: unixMsField,
    })
    .refine(
      ({ differs_since_ms, unknown_since_ms, as_of_ms }) =>
        Math.max(differs_since_ms ?? 0, unknown_since_ms ?? 0) <= as_of_ms,
      "differs_since_ms or unknown_since_ms lies after as_of_ms",
    )
    .nullable(),
};

/** The parts that rest on scores, as they begin with another version of the method. */
const NOTHING_SCORED = {
  score_history: {},
  zones: {},
  regime: { current: null, candidate: null },
  averages: {},
  regime_samples: { at: [], value: [] },
  shown_regime: null,
} as const;

/** `worker:state`: everything of the worker's state that no public document says exactly. Series are oldest first. */
export const workerStateSchema = z.strictObject({ ...envelopeShape, ...partShapes }).superRefine(checkSimulatedIsSaid);

export type WorkerStateDocument = DeepReadonly<z.infer<typeof workerStateSchema>>;
export type WorkerStateParts = Omit<WorkerStateDocument, keyof typeof envelopeShape>;

/** The readable parts of a stored state; `problem` names the others, and is null when everything could be read. */
export interface ParsedWorkerState {
  readonly parts: Partial<WorkerStateParts>;
  readonly problem: string | null;
}

/**
 * Reads `worker:state` part by part, so that a damaged part costs no other. Never throws.
 *
 * @param text - Undefined where the document is missing.
 * @param snapshot - The snapshot beside it: a state of another refresh or another market is not used.
 * @param methodVersion - The reader's: of a state of another version, nothing that rests on scores is used.
 */
export function parseWorkerState(
  text: string | undefined,
  snapshot: { readonly sequence: number; readonly origin: string },
  methodVersion: number,
): ParsedWorkerState {
  if (text === undefined) {
    return { parts: {}, problem: "it is missing" };
  }
  const json = parseJsonObject(text, { name: WORKER_STATE_KEY, maxBytes: MAX_WORKER_STATE_BYTES });
  if (!json.ok) {
    return { parts: {}, problem: json.problem };
  }
  const envelope = z.object(envelopeShape).superRefine(checkSimulatedIsSaid).safeParse(json.document);
  if (!envelope.success) {
    return { parts: {}, problem: describeIssues(envelope.error.issues) };
  }
  if (envelope.data.sequence !== snapshot.sequence || envelope.data.origin !== snapshot.origin) {
    const { sequence, origin } = envelope.data;
    return { parts: {}, problem: `it is of sequence ${sequence} from ${origin}` };
  }
  const isOfThisMethod = methodVersionOf(envelope.data) === methodVersion;
  const document = isOfThisMethod ? json.document : { ...json.document, ...NOTHING_SCORED };
  const whole = workerStateSchema.safeParse(document);
  if (whole.success) {
    return { parts: document as unknown as WorkerStateParts, problem: null };
  }
  const readable = Object.entries(partShapes).filter(([name, schema]) => schema.safeParse(document[name]).success);
  return {
    parts: Object.fromEntries(readable.map(([name]) => [name, document[name]])) as Partial<WorkerStateParts>,
    problem: describeIssues(whole.error.issues),
  };
}
