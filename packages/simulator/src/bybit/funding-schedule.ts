import { HOUR_MS } from "../market/time.ts";

/** The first settlement after `timeMs`: they fall on whole multiples of the interval, UTC. */
export function nextSettlementMs(fundingIntervalHours: number, timeMs: number): number {
  const intervalMs = fundingIntervalHours * HOUR_MS;
  return (Math.floor(timeMs / intervalMs) + 1) * intervalMs;
}
