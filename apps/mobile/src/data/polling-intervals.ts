/**
 * Intervals between requests, in ms. `random` is 0 to 1; it keeps phones that lost the same server from returning at
 * the same moment.
 */

const MIN_PERIOD_MS = 2000;
const MAX_PERIOD_MS = 5 * 60_000;
const FIRST_RETRY_MS = 1000;
/** A returning server is found within this time. */
const MAX_RETRY_MS = 10_000;
const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_SOCKET_RETRY_MS = 2000;
const MAX_SOCKET_RETRY_MS = 60_000;

/** One notification is due per period; after this many periods it is missed, not late. */
const PERIODS_WITHOUT_NOTICE = 1.3;

/**
 * Without notifications. A new snapshot is on the screen within 2 s, even with a round trip of 0.4 s; an unchanged one
 * costs 300 bytes.
 */
const POLL_MS = 800;

/** Spreads the phones' requests. */
const POLL_SPREAD_MS = 200;

/**
 * Interval after a response when there are no notifications. Short whatever the schedule, because an operator may
 * refresh at any time.
 */
export function pollIntervalMs(random: number): number {
  return POLL_MS + POLL_SPREAD_MS * random;
}

/**
 * Interval after a response when the socket is open: a little more than the server's period. A missing notification may
 * mean a silently lost connection, and the server notices that its snapshot is stale only when asked.
 */
export function checkIntervalMs(periodMs: number, random: number): number {
  const period = Math.min(Math.max(periodMs, MIN_PERIOD_MS), MAX_PERIOD_MS);
  return period * PERIODS_WITHOUT_NOTICE * (0.9 + 0.2 * random);
}

/**
 * Delay after `failures` failed requests in a row (the first counts as 1): one second, doubled up to ten.
 *
 * @param retryAfterMs - The server's Retry-After, obeyed up to a minute; null when absent.
 */
export function retryDelayMs(failures: number, retryAfterMs: number | null, random: number): number {
  const wait = doubled(FIRST_RETRY_MS, failures, MAX_RETRY_MS) * (0.7 + 0.3 * random);
  return Math.max(wait, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}

/** A document of half hours is published by the refresh after the half hour's end. */
const PUBLISHED_WITHIN_S = 45;
const HALF_HOUR_SPREAD_S = 60;
/** Above the server's Retry-After while it still reads a document. */
const FIRST_HISTORY_RETRY_MS = 3000;
const MAX_HISTORY_RETRY_MS = 30_000;

/**
 * Delay before a document of half hours is asked for when its next half hour has closed: spread over a minute, as it closes for
 * all phones at the same moment, or none when that minute is over. After `failures` requests in a row that did not bring it:
 * three seconds, doubled up to thirty.
 *
 * @param sinceCloseS - Seconds since the half hour closed.
 */
export function halfHourDelayMs(failures: number, sinceCloseS: number, random: number): number {
  return failures === 0
    ? Math.max(0, PUBLISHED_WITHIN_S + HALF_HOUR_SPREAD_S * random - sinceCloseS) * 1000
    : doubled(FIRST_HISTORY_RETRY_MS, failures, MAX_HISTORY_RETRY_MS) * (0.7 + 0.3 * random);
}

/**
 * Delay before the next attempt to open the socket. Behind a proxy that blocks WebSockets the page polls, and tries the
 * socket once a minute.
 */
export function socketRetryDelayMs(failures: number): number {
  return doubled(FIRST_SOCKET_RETRY_MS, failures, MAX_SOCKET_RETRY_MS);
}

function doubled(firstMs: number, times: number, atMostMs: number): number {
  return Math.min(firstMs * 2 ** (times - 1), atMostMs);
}
