/** The exact body of `/api/dashboard/mobile-data`. */
export const SNAPSHOT_KEY = "mobile:snapshot";

/** Every scored symbol, lean. */
export const SYMBOLS_KEY = "mobile:symbols";

/** Scores that crossed a threshold and changes of regime, newest first. */
export const ALERTS_KEY = "mobile:alerts";

/** The worker's own state, as far as no public document says it. Not for readers, and not in memcached. */
export const WORKER_STATE_KEY = "worker:state";

/** The histories alone, as the version before `worker:state` stored them; written for one version, for a rollback. */
export const HISTORY_KEY = "worker:history";

/** Prices and scores of a day of every scored symbol, with a publication of its own. */
export const DAYS_KEY = "mobile:days";

/** What came of the scores, computed once a day, with a publication of its own. */
export const RECORD_KEY = "mobile:record";

/** memcached takes keys of 250 bytes, of which a prefix takes some. */
const MAX_ENCODED_NAME = 180;

/**
 * The key of one symbol's analysis.
 *
 * @param symbol - The exchange's name, "BTCUSDT".
 */
export function analysisKey(symbol: string): string {
  return `mobile:analysis:${encodeName(symbol)}`;
}

/**
 * The key of one symbol's history, which has a publication of its own.
 *
 * @param symbol - The exchange's name, "BTCUSDT".
 */
export function historyKey(symbol: string): string {
  return `mobile:history:${encodeName(symbol)}`;
}

/** The name in ASCII, as every store takes it: percent-encoded, or where that is too long, as the numbers of its characters. */
function encodeName(symbol: string): string {
  const encoded = encodeURIComponent(symbol);
  return encoded.length <= MAX_ENCODED_NAME
    ? encoded
    : `~${Array.from(symbol, (character) => character.codePointAt(0)?.toString(36)).join(".")}`;
}
