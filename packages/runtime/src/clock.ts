import { setTimeout as delay } from "node:timers/promises";

/** Wall time, injected wherever it is needed so that a test can turn it by hand. */
export interface Clock {
  /** Unix ms. May be set back or forward by the operating system. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never goes back. For deadlines, budgets and bans. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};
