export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Minutes are computed and cached in blocks of 4 hours, aligned to UTC. */
export const BLOCK_MINUTES = 240;
export const BLOCK_MS = BLOCK_MINUTES * MINUTE_MS;

/** Minutes since 1970 of the minute that contains `timeMs`. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

/** Blocks since 1970 of the block that contains `minute`. */
export function blockOf(minute: number): number {
  return Math.floor(minute / BLOCK_MINUTES);
}
