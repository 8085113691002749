import type { Missing, MissingReason } from "@pulseboard/snapshot";

/** How one part of the picture came about; what `sections` tells of it. */
export interface Provenance {
  /** Market time of the data, Unix ms; null when there never was any. */
  readonly asOfMs: number | null;
  readonly source: string;
  /** Last known good data of an earlier refresh, or too old for what it is. */
  readonly stale: boolean;
  readonly expected: number;
  readonly received: number;
  readonly reason: MissingReason | null;
}

/** One part of the picture: its facts, a reason for each fact that is null, and where they come from. */
export interface Part<T> {
  readonly value: T;
  /** Dotted path in the snapshot to the reason. */
  readonly missing: Missing;
  readonly provenance: Provenance;
}

/** Figures that move slowly are shown for so long without being renewed; after that they say nothing about now. */
export const STILL_TRUE_MS = 3_600_000;

/** What an earlier refresh knew, marked as such, with the reason why there is nothing newer. */
export function keep<T>(part: Part<T>, reason: MissingReason): Part<T> {
  return { ...part, provenance: { ...part.provenance, stale: true, reason } };
}

/** Whether a part is of the last `limitMs` before `nowMs`. */
export function isRecent({ provenance: { asOfMs } }: Part<unknown>, nowMs: number, limitMs: number): boolean {
  return asOfMs !== null && nowMs - asOfMs <= limitMs;
}

/** `<prefix>.<name>` -> reason for each of `fields` that is null. */
export function reasonsForNulls(
  prefix: string,
  fields: Readonly<Record<string, unknown>>,
  reason: MissingReason | ((name: string) => MissingReason),
): Missing {
  const reasons: Record<string, MissingReason> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) {
      reasons[`${prefix}.${name}`] = typeof reason === "function" ? reason(name) : reason;
    }
  }
  return reasons;
}
