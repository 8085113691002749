import type { Missing, MissingReason } from "@pulseboard/snapshot";
import type { Section } from "./market-state.ts";

/** Slowly moving figures are shown for this long without being renewed; older ones say nothing about now. */
export const STILL_TRUE_MS = 3_600_000;

/** The section of an earlier refresh, marked stale, with the reason why there is nothing newer. */
export function carryOver<T>(section: Section<T>, reason: MissingReason): Section<T> {
  return { ...section, provenance: { ...section.provenance, stale: true, reason } };
}

/** Tells whether the data of a section is at most `limitMs` older than `nowMs`. */
export function isRecent({ provenance: { asOfMs } }: Section<unknown>, nowMs: number, limitMs: number): boolean {
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
