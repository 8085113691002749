/** When to ask again. Times in ms; `random` is 0..1 and keeps phones that lost one server together from coming back together. */

const MIN_PERIOD_MS = 2000;
const MAX_PERIOD_MS = 5 * 60_000;
const FIRST_RETRY_MS = 1000;
/** A server that comes back is seen within this. */
const MAX_RETRY_MS = 10_000;
const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_SOCKET_RETRY_MS = 2000;
const MAX_SOCKET_RETRY_MS = 60_000;

/** A notice is due each period; this much later it is not late but missed. */
const PERIODS_WITHOUT_NOTICE = 1.3;

/** Without notices. What is new is shown within 2 s, also by a round trip of 0.4 s; what is not is an answer of 300 bytes. */
const POLL_MS = 800;

/** Beside what phones' clocks differ. */
const POLL_SPREAD_MS = 200;

/** After an answer, without notices: soon, whatever the schedule says, because an operator may refresh at any time. */
export function pollIntervalMs(random: number): number {
  return POLL_MS + POLL_SPREAD_MS * random;
}

/**
 * After an answer, with the line of notices: a little more than the period of the server's schedule. A notice that does not come
 * may be a connection that was lost without a word, and a server must be asked to notice that its snapshot is stale.
 */
export function checkIntervalMs(periodMs: number, random: number): number {
  const period = Math.min(Math.max(periodMs, MIN_PERIOD_MS), MAX_PERIOD_MS);
  return period * PERIODS_WITHOUT_NOTICE * (0.9 + 0.2 * random);
}

/**
 * After `failures` requests in a row that brought nothing, the first counts as 1: a second, doubled up to ten.
 *
 * @param retryAfterMs - What the server asked for, kept up to a minute; null for nothing.
 */
export function retryDelayMs(failures: number, retryAfterMs: number | null, random: number): number {
  const wait = doubled(FIRST_RETRY_MS, failures, MAX_RETRY_MS) * (0.7 + 0.3 * random);
  return Math.max(wait, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}

/** Where a proxy lets no WebSocket through, polling does, and the line is tried once a minute. */
export function socketRetryDelayMs(failures: number): number {
  return doubled(FIRST_SOCKET_RETRY_MS, failures, MAX_SOCKET_RETRY_MS);
}

function doubled(firstMs: number, times: number, atMostMs: number): number {
  return Math.min(firstMs * 2 ** (times - 1), atMostMs);
}
