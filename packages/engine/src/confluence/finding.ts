import type { Figure } from "../domain/symbol-analysis.ts";
import type { MissingReason } from "../domain/symbol-inputs.ts";

/** What a rule says about one timeframe or one symbol, before its weight is known. */
export type Finding = Signal | Missing;

export interface Signal {
  readonly known: true;
  /** -1..1. */
  readonly signal: number;
  readonly figures: readonly Figure[];
  /**
   * The figures in words. For a rule of the whole symbol a clause that can stand in a sentence; for a rule of a
   * timeframe only what follows the rule's name ("63", "+0.4 ATR").
   */
  readonly text: string;
}

export interface Missing {
  readonly known: false;
  readonly reason: MissingReason;
}

export function missing(reason: MissingReason): Missing {
  return { known: false, reason };
}

/** A signal with its explanation; `no_activity` when its denominator was zero after all. */
export function finding(signal: number, figures: readonly Figure[], text: string): Finding {
  if (!Number.isFinite(signal)) {
    return missing("no_activity");
  }
  return { known: true, signal: clampSignal(signal), figures, text };
}

/** Rounding in a weighted mean may pass the bound by one unit in the last place. */
export function clampSignal(signal: number): number {
  return Math.min(1, Math.max(-1, signal));
}

/** Presses any figure into -1..1; `scale` is where it reaches .76. */
export function squash(value: number, scale: number): number {
  return Math.tanh(value / scale);
}

/** 0 up to `from`, 1 from `to` on, smooth in between. */
export function smoothstep(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Weight left after `age` when half is lost every `halfLife`. */
export function decay(age: number, halfLife: number): number {
  return 2 ** (-age / halfLife);
}

export function figure(name: string, value: number, unit: string): Figure {
  return { name, value, unit };
}

/** A number for a sentence: rounded, with its sign when `signed`. */
export function say(value: number, decimals = 0, signed = false): string {
  const rounded = value.toFixed(decimals);
  // Minus nought is nought.
  const text = Number(rounded) === 0 ? (0).toFixed(decimals) : rounded;
  return signed && Number(rounded) > 0 ? `+${text}` : text;
}
