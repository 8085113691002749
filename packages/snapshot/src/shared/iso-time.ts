import { z } from "zod";

// `Date` serves as a calendar here: it formats and parses a given time, and never reads a clock.

/** Unix ms as ISO 8601 in UTC with milliseconds, "2026-11-22T10:16:13.250Z". */
export function isoFromUnixMs(unixMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: a calendar, not a clock
  return new Date(unixMs).toISOString();
}

/** Parses what `isoFromUnixMs` formats; NaN for a date that does not exist. */
export function unixMsFromIso(iso: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: a calendar, not a clock
  return Date.parse(iso);
}

/** ISO 8601 in UTC with milliseconds. */
export const isoTimeField = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "expected ISO 8601 in UTC with milliseconds")
  .refine((iso) => Number.isFinite(unixMsFromIso(iso)), "expected a date that exists");
