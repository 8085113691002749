import type { Figure } from "../domain/symbol-analysis.ts";
import type { MissingReason } from "../domain/symbol-inputs.ts";

/** The result of one rule on one timeframe or one symbol, before any weight. */
export type RuleOutcome = RuleSignal | MissingData;

export interface RuleSignal {
  readonly known: true;
  /** -1..1. */
  readonly signal: number;
  readonly figures: readonly Figure[];
  /**
   * The figures in words. A rule of the whole symbol gives a clause that can stand in a sentence; a rule of a timeframe gives
   * only the part after its name ("63", "+0.4 ATR").
   */
  readonly text: string;
}

/** No signal, and the reason. */
export interface MissingData {
  readonly known: false;
  readonly reason: MissingReason;
}

export function missing(reason: MissingReason): MissingData {
  return { known: false, reason };
}

/**
 * A signal with its explanation; `no_activity` when it or one of its figures is not finite, because a denominator was zero, or
 * almost zero, after all.
 */
export function outcome(signal: number, figures: readonly Figure[], text: string): RuleOutcome {
  if (!Number.isFinite(signal) || !figures.every(({ value }) => Number.isFinite(value))) {
    return missing("no_activity");
  }
  return { known: true, signal: clampSignal(signal), figures, text };
}

/** Limits a signal to -1..1: rounding in a weighted mean can pass the bound by one unit in the last place. */
export function clampSignal(signal: number): number {
  return Math.min(1, Math.max(-1, signal));
}

export function figure(name: string, value: number, unit: string): Figure {
  return { name, value, unit };
}

/** Presses any number into -1..1; at `scale` the result is .76. */
export function squash(value: number, scale: number): number {
  return Math.tanh(value / scale);
}

/** 0 up to `from`, 1 from `to` on, smooth in between. */
export function smoothstep(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** The weight left at `age` when half is lost every `halfLife`. */
export function decay(age: number, halfLife: number): number {
  // A power of 2 takes twice as long.
  return Math.exp((-Math.LN2 * age) / halfLife);
}
