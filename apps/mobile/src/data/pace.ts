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

/** A refresh takes a few seconds, now more and now fewer: the next snapshot is looked for from a little before it is due ... */
const EARLY_MS = 1500;
/** ... for so long after that ... */
const LATE_MS = 10_000;
/** ... so often ... */
const DUE_POLL_MS = 1000;
/** ... and then, until it is three periods late, so often. */
const LATE_POLL_MS = 15_000;
const LATE_PERIODS = 3;

/** Beside what phones' clocks differ. */
const DUE_SPREAD_MS = 200;

/** What is known when the next poll is planned. */
export interface PollCircumstances {
  /** Of the server's schedule. */
  readonly periodMs: number;
  /** Of the snapshot that is shown; null when it is not known. */
  readonly ageMs: number | null;
  /** Whether the line of notices is open. */
  readonly isListening: boolean;
}

/**
 * After an answer. With the line of notices a little more than a period: a notice that does not come may be a connection that was
 * lost without a word, and a server must be asked to notice that its snapshot is stale. Without it around the time when the next
 * snapshot is due, a period after the one that is shown, every second: it is shown within 2 s, like one that a notice tells of. One
 * that is later than ten seconds is looked for less often, and at last once a period.
 */
export function nextPollMs({ periodMs, ageMs, isListening }: PollCircumstances, random: number): number {
  const period = Math.min(Math.max(periodMs, MIN_PERIOD_MS), MAX_PERIOD_MS);
  const spread = 0.9 + 0.2 * random;
  if (isListening) return period * PERIODS_WITHOUT_NOTICE * spread;
  const lateMs = ageMs === null ? Number.POSITIVE_INFINITY : ageMs - period;
  if (lateMs > LATE_PERIODS * period) return period * spread;
  if (lateMs > Math.min(LATE_MS, period / 2)) return Math.min(period, LATE_POLL_MS) * spread;
  return Math.max(-lateMs - EARLY_MS, DUE_POLL_MS) + random * DUE_SPREAD_MS;
}

/**
 * After `failures` requests in a row that brought nothing, the first counts as 1: a second, doubled up to ten.
 *
 * @param retryAfterMs - What the server asked for, kept up to a minute; null for nothing.
 */
export function nextRetryMs(failures: number, retryAfterMs: number | null, random: number): number {
  const wait = doubled(FIRST_RETRY_MS, failures, MAX_RETRY_MS) * (0.7 + 0.3 * random);
  return Math.max(wait, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}

/** Where a proxy lets no WebSocket through, polling does, and the line is tried once a minute. */
export function nextSocketTryMs(failures: number): number {
  return doubled(FIRST_SOCKET_RETRY_MS, failures, MAX_SOCKET_RETRY_MS);
}

function doubled(firstMs: number, times: number, atMostMs: number): number {
  return Math.min(firstMs * 2 ** (times - 1), atMostMs);
}
