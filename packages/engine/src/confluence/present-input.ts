import type { Input, KnownInput } from "../domain/symbol-inputs.ts";
import { type Missing, missing } from "./finding.ts";

/** Younger than this many of its own periods an input is fresh. */
const FRESH_PERIODS = 2;
/** From this many on it says nothing about now. */
const USABLE_PERIODS = 10;

/** Age of an input, ms; 0 for one that is a little newer than the ticker it is scored with. */
export function inputAgeMs(input: KnownInput<unknown>, nowMs: number): number {
  return Math.max(0, nowMs - input.asOfMs);
}

export function isFresh(input: Input<unknown>, nowMs: number): boolean {
  return input.known && inputAgeMs(input, nowMs) < FRESH_PERIODS * input.periodMs;
}

/**
 * The input if it can still be used. One that is no longer fresh goes on counting as the last known state, which lowers
 * `freshness`; from ten periods on it is missing as `stale_input`, which lowers `coverage` by as much instead.
 */
export function presentInput<T>(input: Input<T>, nowMs: number): KnownInput<T> | Missing {
  if (!input.known) {
    return missing(input.reason);
  }
  return inputAgeMs(input, nowMs) < USABLE_PERIODS * input.periodMs ? input : missing("stale_input");
}
