/** The body of `/api/dashboard/mobile-data`, as it is. */
export const SNAPSHOT_KEY = "mobile:snapshot";

/** Every scored symbol, lean. */
export const SYMBOLS_KEY = "mobile:symbols";

/** What crossed a line, newest first. */
export const ALERTS_KEY = "mobile:alerts";

/** What the worker needs to remember over restarts. Not for readers. */
export const HISTORY_KEY = "worker:history";

/**
 * The key of the whole explanation of one symbol's score.
 *
 * @param symbol - The exchange's name, "BTCUSDT".
 */
export function analysisKey(symbol: string): string {
  return `mobile:analysis:${symbol}`;
}
