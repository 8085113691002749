import { TIMEFRAME_MS } from "@pulseboard/engine";

const HOUR_MS = 3_600_000;
const OPEN_INTEREST_STEP_MS = 300_000;
const FUNDING_STEP_MS = 8 * HOUR_MS;

/** Requests for one symbol. */
export interface RequestsPerSymbol {
  /** In a refresh of the usual kind, on average over the day. */
  readonly average: number;
  /** In the refresh in which everything is due: once in 8 h, and the first one asks for two timeframes more. */
  readonly most: number;
}

/**
 * How many requests one symbol takes in a refresh, when nothing fails: order book and trades each time, and each series once its next
 * value is there. 5m and 30m candles are made from 1m ones.
 */
export function requestsPerSymbol(periodMs: number): RequestsPerSymbol {
  const steps = [TIMEFRAME_MS["1m"], TIMEFRAME_MS["4h"], OPEN_INTEREST_STEP_MS, HOUR_MS, FUNDING_STEP_MS];
  const average = 2 + steps.reduce((sum, stepMs) => sum + Math.min(1, periodMs / stepMs), 0);
  return { average, most: 2 + steps.length };
}
