import { z } from "zod";
import type { Freshness } from "../documents/freshness.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import { type StaleReason, staleReasonField } from "../documents/stale-reason.ts";
import { envelopeShape } from "../shared/envelope.ts";
import { unixSecondsField } from "../shared/fields.ts";
import { methodVersionField, methodVersionOf } from "../shared/method-version.ts";

const { sequence, origin, simulated } = envelopeShape;

/** Every body except bare lists begins with the refresh and the market that it shows, and whether it is stale. */
export const headShape = {
  status: z.literal("success"),
  /** Of the method that gave the scores. */
  method_version: methodVersionField,
  sequence,
  origin,
  simulated,
  /** The time at which the worker finished this refresh, Unix seconds. */
  timestamp: unixSecondsField,
  data_source: z.enum(["live", "stale"]),
  stale: z.boolean(),
  stale_reason: staleReasonField,
};

export type BodyHead = Readonly<z.infer<z.ZodObject<typeof headShape>>>;

/** The head of a body of this snapshot. */
export function headOf(snapshot: MobileSnapshot, freshness: Freshness): BodyHead {
  return {
    status: snapshot.status,
    method_version: methodVersionOf(snapshot),
    sequence: snapshot.sequence,
    origin: snapshot.origin,
    simulated: snapshot.simulated,
    timestamp: snapshot.timestamp,
    ...staleness(freshness),
  };
}

/** The fields by which every body says whether it is stale. Whoever knows the reason adds it by `withStaleReason`. */
export function staleness(freshness: Freshness): Pick<BodyHead, "stale" | "data_source" | "stale_reason"> {
  return freshness === "fresh"
    ? { stale: false, data_source: "live", stale_reason: null }
    : { stale: true, data_source: "stale", stale_reason: null };
}

/** The same body with the reason why it is stale; a body that is not stale, or does not say so, stays as it is. */
export function withStaleReason(body: unknown, reason: StaleReason | null): unknown {
  const isStale = typeof body === "object" && body !== null && "stale" in body && body.stale === true;
  return isStale ? { ...body, stale_reason: reason } : body;
}

/** The values of `error` in a body that has nothing to show. */
export type FailureCode = "no_snapshot" | "symbol_not_scored" | "history_warming";

/** The reason why there is nothing to show. */
export interface Failure {
  /** Start of this process, Unix ms: the only true time there is. */
  readonly startedAtMs: number;
  readonly code: FailureCode;
  readonly message: string;
}

/** Every error body begins with these. */
export const errorShape = {
  status: z.literal("error"),
  /** A code, "no_snapshot". */
  error: z.string().min(1),
  message: z.string().min(1),
  /** Start of the process, Unix seconds. */
  timestamp: unixSecondsField,
  data_source: z.literal("error"),
};

export type ErrorHead = Readonly<z.infer<z.ZodObject<typeof errorShape>>>;

export function errorHeadOf({ startedAtMs, code, message }: Failure): ErrorHead {
  return { status: "error", error: code, message, timestamp: Math.floor(startedAtMs / 1000), data_source: "error" };
}

/** An empty list in an error body. */
export const emptyListField = z.array(z.unknown()).length(0);

/** The schema of a section in which every member is null. */
export function allNullSchema<Name extends string>(
  shape: Readonly<Record<Name, unknown>>,
): z.ZodObject<Record<Name, z.ZodNull>> {
  const entries = Object.keys(shape).map((name) => [name, z.null()]);
  return z.object(Object.fromEntries(entries) as Record<Name, z.ZodNull>);
}

/** A section in which every member is null. */
export function allNull<Name extends string>(shape: Readonly<Record<Name, unknown>>): Readonly<Record<Name, null>> {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, null])) as Record<Name, null>;
}
