import type { Input, KnownInput } from "../domain/symbol-inputs.ts";
import { type MissingData, missing } from "./rule-outcome.ts";

/** Ages of inputs, in their own periods. */
export const INPUT_AGE = {
  /** An input younger than this is fresh. */
  freshPeriods: 2,
  /** An input of this age, or older, is no longer used. */
  usablePeriods: 10,
  /** An input may be so much newer than now: servers do not agree to the second, and not all is asked for at once. */
  aheadMs: 60_000,
};

/** An input that can be used, or the reason why there is none. */
export type UsableInput<T> = KnownInput<T> | MissingData;

/** Age of an input, ms; 0 for one that is slightly newer than the ticker it is scored with. */
export function inputAgeMs(input: KnownInput<unknown>, nowMs: number): number {
  return Math.max(0, nowMs - input.asOfMs);
}

export function isFresh(input: Input<unknown>, nowMs: number): boolean {
  return input.known && inputAgeMs(input, nowMs) < INPUT_AGE.freshPeriods * input.periodMs;
}

/**
 * The input if it can still be used. One that is no longer fresh still counts as the last known state, which lowers
 * `freshness`; from ten periods on it is missing with the reason `stale_input`, which lowers `coverage` by as much instead.
 */
export function usableInput<T>(input: Input<T>, nowMs: number): UsableInput<T> {
  if (!input.known) {
    return missing(input.reason);
  }
  return inputAgeMs(input, nowMs) < INPUT_AGE.usablePeriods * input.periodMs ? input : missing("stale_input");
}
