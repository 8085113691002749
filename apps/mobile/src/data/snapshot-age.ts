import type { PageSnapshot } from "@pulseboard/snapshot";
import type { ResponseTiming } from "./fetch-json.ts";

/** How old a snapshot was at one moment; it gets older by the clock that cannot be set. */
export interface AgeAt {
  readonly ageMs: number;
  /** That moment by `PageClock.elapsedMs`. */
  readonly atMs: number;
  /** "server" when its own clock said so; "device" when only the device's clock tells how long a kept copy has lain. */
  readonly by: "server" | "device";
}

/** "fresh" is green, "stale" amber, "old" red. */
export type FreshnessState = "fresh" | "stale" | "old";

const STALE_PERIODS = 3;
const OLD_PERIODS = 20;
const OLD_AT_LEAST_MS = 10 * 60_000;
/** On the average, of a time in whole seconds. */
const CUT_OFF_MS = 500;
/** Devices set their clocks by the network now and then, by this much and less. */
const CLOCK_CORRECTION_MS = 2000;

/**
 * How the badge calls an age, with a connection or without:
 * - **fresh**, green: younger than three periods of the schedule, and the server does not call it stale
 * - **stale**, amber: three periods or more, or the server says `stale`
 * - **old**, red: 20 periods or more, but never before 10 min; or of unknown age
 *
 * @param ageMs - null when it is unknown.
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

/** The age now, ms; null when it is unknown. */
export function ageNow(age: AgeAt | null, elapsedMs: number): number | null {
  return age === null ? null : Math.max(0, age.ageMs + elapsedMs - age.atMs);
}

/**
 * The age by the server's clock, as it was when the answer came: what `X-Snapshot-Age` says, or what `Date` makes of the
 * time at which the snapshot was finished, and half the round trip, which the answer was on its way. Both headers are cut
 * off to whole seconds, so that half a second is added: then the age is right to half a second, and to half the round trip.
 *
 * @returns null when the answer tells no time.
 */
export function ageByServer(
  { generated_at }: Pick<PageSnapshot, "generated_at">,
  { sentAtMs, receivedAtMs, dateMs, snapshotAgeS }: ResponseTiming,
): AgeAt | null {
  if (snapshotAgeS === null && dateMs === null) {
    return null;
  }
  const saidMs = snapshotAgeS === null ? (dateMs ?? 0) - Date.parse(generated_at) : snapshotAgeS * 1000;
  const ageMs = Math.max(0, saidMs + CUT_OFF_MS) + (receivedAtMs - sentAtMs) / 2;
  return { ageMs, atMs: receivedAtMs, by: "server" };
}

/** What is kept with a copy on the device, to know its age later. */
export interface KeptAge {
  readonly ageMs: number;
  /** When it was kept, Unix ms by the device's clock, right or wrong. */
  readonly wallMs: number;
}

/**
 * The age of a copy on the device: what it was when it was kept, and how long it has lain. A wrong clock does no harm, only
 * one that was set in between; one that was set back leaves the age unknown.
 */
export function ageOfCopy(
  kept: KeptAge | null,
  now: { readonly wallMs: number; readonly elapsedMs: number },
): AgeAt | null {
  if (kept === null || now.wallMs < kept.wallMs - CLOCK_CORRECTION_MS) {
    return null;
  }
  const lainMs = Math.max(0, now.wallMs - kept.wallMs);
  return { ageMs: kept.ageMs + lainMs, atMs: now.elapsedMs, by: "device" };
}
