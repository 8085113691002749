import { DAY_MS, MINUTE_MS } from "./time.ts";

/** The candle lengths that the exchange offers, by the names it gives them. */
export const INTERVALS = ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "W", "M"] as const;
export type Interval = (typeof INTERVALS)[number];

export function isInterval(text: string): text is Interval {
  return INTERVALS.some((interval) => interval === text);
}

/** 1970-01-05 was the first Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Start of the candle that contains `timeMs`, UTC: weeks start on Monday, months on the 1st. */
export function candleStartMs(interval: Interval, timeMs: number): number {
  if (interval === "M") {
    const date = new Date(timeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  if (interval === "W") {
    return floorTo(timeMs - FIRST_MONDAY_MS, 7 * DAY_MS) + FIRST_MONDAY_MS;
  }
  return floorTo(timeMs, interval === "D" ? DAY_MS : Number(interval) * MINUTE_MS);
}

/** Start of the candle after the one that starts at `startMs`. */
export function nextCandleStartMs(interval: Interval, startMs: number): number {
  if (interval === "M") {
    const date = new Date(startMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  }
  if (interval === "W") {
    return startMs + 7 * DAY_MS;
  }
  return startMs + (interval === "D" ? DAY_MS : Number(interval) * MINUTE_MS);
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
