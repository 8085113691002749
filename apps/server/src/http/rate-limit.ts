import type { Clock } from "@pulseboard/runtime";

export interface RateLimitDurations {
  /** The window in which requests of one key are counted. */
  readonly rateWindowMs: number;
}

/**
 * With more keys than this in one window, new ones are not counted: memory stays bounded, and someone with that many addresses
 * gets around any limit per address.
 */
const MAX_KEYS = 50_000;

export interface RequestLimiter {
  /** Counts a request of `key`; 0 when it is admitted, otherwise the whole seconds until the next one is. */
  refusedForS(key: string): number;
  /** The same answer without counting. */
  wouldRefuseForS(key: string): number;
}

export interface RequestLimiterOptions {
  /** Requests that one key may make in one window. */
  readonly limit: number;
  readonly durations: RateLimitDurations;
  readonly clock: Clock;
}

interface Window {
  readonly endsAtMs: number;
  admitted: number;
}

/** Admits `limit` requests of each key within a window that begins with its first request. */
export function createRequestLimiter({ limit, durations, clock }: RequestLimiterOptions): RequestLimiter {
  const { rateWindowMs } = durations;
  const windows = new Map<string, Window>();
  let sweepAtMs = 0;

  const forgetEnded = (nowMs: number): void => {
    for (const [key, { endsAtMs }] of windows) {
      if (endsAtMs <= nowMs) {
        windows.delete(key);
      }
    }
    sweepAtMs = nowMs + rateWindowMs;
  };

  return {
    refusedForS: (key) => {
      const nowMs = clock.monotonicMs();
      if (nowMs >= sweepAtMs) {
        forgetEnded(nowMs);
      }
      const window = windows.get(key);
      if (window === undefined || window.endsAtMs <= nowMs) {
        if (window !== undefined || windows.size < MAX_KEYS) {
          windows.set(key, { endsAtMs: nowMs + rateWindowMs, admitted: 1 });
        }
        return 0;
      }
      if (window.admitted >= limit) {
        return Math.ceil((window.endsAtMs - nowMs) / 1000);
      }
      window.admitted += 1;
      return 0;
    },
    wouldRefuseForS: (key) => {
      const nowMs = clock.monotonicMs();
      const window = windows.get(key);
      if (window === undefined || window.endsAtMs <= nowMs || window.admitted < limit) {
        return 0;
      }
      return Math.ceil((window.endsAtMs - nowMs) / 1000);
    },
  };
}
