const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** The UTC day of a moment: "2026-12-01". */
export function dayOf(asOfMs: number): string {
  return new Date(asOfMs).toISOString().slice(0, 10);
}

/** The beginning of a UTC day, Unix ms; null for what is not a day. */
export function startOfDayMs(day: string): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(ms) && dayOf(ms) === day ? ms : null;
}

/** The number of the quarter of an hour since 1970: refreshes with the same number are of the same quarter. */
export function quarterOf(asOfMs: number): number {
  return Math.floor(asOfMs / QUARTER_MS);
}

/** Days from one to the other: 1 for neighbours, negative when `to` is before `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
