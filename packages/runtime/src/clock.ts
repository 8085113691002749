import { setTimeout as delay } from "node:timers/promises";

/** Time, injected wherever it is needed so that a test can turn it by hand. */
export interface Clock {
  /** Unix ms. May be set back or forward by the operating system. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never goes back. For deadlines, budgets and bans. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason into an AbortError; callers want the reason itself.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** Sleeps for `ms`; resolves with false when the sleep was aborted. */
export async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}
