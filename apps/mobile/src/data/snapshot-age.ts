import type { PageSnapshot } from "@pulseboard/snapshot";
import type { ResponseTiming } from "./fetch-json.ts";

/** A snapshot's age at one moment. It grows by the monotonic clock. */
export interface AgeAt {
  readonly ageMs: number;
  /** That moment by `PageClock.elapsedMs`. */
  readonly atMs: number;
  /**
   * "server" when the server's clock told the age; "device" when the time since the copy was stored is by the device's
   * clock.
   */
  readonly by: "server" | "device";
}

/** "fresh" is green while the server answers, "stale" amber, "old" red. */
export type FreshnessState = "fresh" | "stale" | "old";

const STALE_PERIODS = 3;
const OLD_PERIODS = 20;
const OLD_AT_LEAST_MS = 10 * 60_000;
/** The average that rounding down to whole seconds loses. */
const CUT_OFF_MS = 500;
/** Networks correct a device's clock now and then, by no more than this. */
const CLOCK_CORRECTION_MS = 2000;

/**
 * The state of the data, with or without a connection:
 * - **fresh**: younger than three periods of the schedule, and the server does not call it stale
 * - **stale**: three periods or more, or the server says `stale`
 * - **old**: 20 periods or more, but at least 10 min; or the age is unknown
 *
 * @param ageMs - null when unknown.
 */
export function freshnessState(
  { period_ms, stale }: Pick<PageSnapshot, "period_ms" | "stale">,
  ageMs: number | null,
): FreshnessState {
  if (ageMs === null || ageMs >= Math.max(OLD_PERIODS * period_ms, OLD_AT_LEAST_MS)) {
    return "old";
  }
  return stale || ageMs >= STALE_PERIODS * period_ms ? "stale" : "fresh";
}

/** The age now, ms; null when unknown. */
export function ageNow(age: AgeAt | null, elapsedMs: number): number | null {
  return age === null ? null : Math.max(0, age.ageMs + elapsedMs - age.atMs);
}

/**
 * The age by the server's clock when the response arrived: `X-Snapshot-Age`, or else `Date` minus the time at which the
 * snapshot was finished, plus half the round trip for the response's way here. Both headers are rounded down to whole
 * seconds, so half a second is added; the age is then right to within half a second plus half the round trip.
 *
 * @returns null when the response has neither header; also when it has only `Date` and the snapshot is stale: a server that leaves out
 * the age of a stale snapshot cannot know it, because its clock was set
 */
export function ageByServer(
  { generated_at, stale }: Pick<PageSnapshot, "generated_at" | "stale">,
  { sentAtMs, receivedAtMs, dateMs, snapshotAgeS }: ResponseTiming,
): AgeAt | null {
  if (snapshotAgeS === null && (dateMs === null || stale)) {
    return null;
  }
  const saidMs = snapshotAgeS === null ? (dateMs ?? 0) - Date.parse(generated_at) : snapshotAgeS * 1000;
  const ageMs = Math.max(0, saidMs + CUT_OFF_MS) + (receivedAtMs - sentAtMs) / 2;
  return { ageMs, atMs: receivedAtMs, by: "server" };
}

/** Stored with a copy on the device, to derive its age later. */
export interface StoredAge {
  readonly ageMs: number;
  /** When it was stored, Unix ms by the device's clock, right or wrong. */
  readonly wallMs: number;
}

/**
 * The age of a copy on the device: its age when it was stored plus the time since. A wrong clock does no harm unless it
 * was set in between; if it was set back, the age is unknown.
 */
export function ageOfCopy(
  stored: StoredAge | null,
  now: { readonly wallMs: number; readonly elapsedMs: number },
): AgeAt | null {
  if (stored === null || now.wallMs < stored.wallMs - CLOCK_CORRECTION_MS) {
    return null;
  }
  const storedForMs = Math.max(0, now.wallMs - stored.wallMs);
  return { ageMs: stored.ageMs + storedForMs, atMs: now.elapsedMs, by: "device" };
}
