import type { Clock } from "@pulseboard/runtime";

const WINDOW_MS = 60_000;
/**
 * Beyond this many addresses within a minute, new ones are not counted: memory stays bounded, and who commands that many
 * addresses gets past any limit per address.
 */
const MOST_ADDRESSES = 50_000;

export interface RateLimiter {
  /** Counts a request of `key`; 0 when it is admitted, else after how many whole seconds it makes sense to ask again. */
  refusedForS(key: string): number;
  /** What `refusedForS` would answer, without counting. */
  wouldRefuseForS(key: string): number;
}

interface Window {
  readonly endsAtMs: number;
  admitted: number;
}

/** Admits `perMinute` requests of each key within a minute that begins with the first of them. */
export function createRateLimiter({ perMinute, clock }: { perMinute: number; clock: Clock }): RateLimiter {
  const windows = new Map<string, Window>();
  let sweepAtMs = 0;

  const forgetEnded = (nowMs: number): void => {
    for (const [key, { endsAtMs }] of windows) {
      if (endsAtMs <= nowMs) {
        windows.delete(key);
      }
    }
    sweepAtMs = nowMs + WINDOW_MS;
  };

  return {
    refusedForS: (key) => {
      const nowMs = clock.monotonicMs();
      if (nowMs >= sweepAtMs) {
        forgetEnded(nowMs);
      }
      const window = windows.get(key);
      if (window === undefined || window.endsAtMs <= nowMs) {
        if (window !== undefined || windows.size < MOST_ADDRESSES) {
          windows.set(key, { endsAtMs: nowMs + WINDOW_MS, admitted: 1 });
        }
        return 0;
      }
      if (window.admitted >= perMinute) {
        return Math.ceil((window.endsAtMs - nowMs) / 1000);
      }
      window.admitted += 1;
      return 0;
    },
    wouldRefuseForS: (key) => {
      const nowMs = clock.monotonicMs();
      const window = windows.get(key);
      if (window === undefined || window.endsAtMs <= nowMs || window.admitted < perMinute) {
        return 0;
      }
      return Math.ceil((window.endsAtMs - nowMs) / 1000);
    },
  };
}
