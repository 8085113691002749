import { INPUT_AGE } from "../domain/input-age.ts";
import type { Input, KnownInput } from "../domain/symbol-inputs.ts";
import { type MissingData, missing } from "./rule-outcome.ts";

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
