// Kept apart from the global one: a test that fakes timers must still be able to turn this clock.
import { setImmediate as macrotask } from "node:timers/promises";
import type { Clock } from "@pulseboard/runtime";

/** A clock for tests: time stands still until it is advanced. */
export interface FakeClock extends Clock {
  /**
   * Moves both times forward by `ms`. Sleepers wake in the order of their time, each with the clock at exactly that
   * time, and what they do then (also sleeping again) has happened before the next one wakes.
   */
  advance(ms: number): Promise<void>;
  /** Sets the wall time as an operating system may; monotonic time and sleepers do not notice. */
  setNowMs(nowMs: number): void;
  /** How many are asleep. */
  sleeping(): number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock at `startMs` (Unix ms; by default 2025-06-10T12:00:00Z), with monotonic time 0. */
export function createFakeClock(startMs: number = Date.UTC(2025, 5, 10, 12)): FakeClock {
  let monotonicMs = 0;
  let wallOffsetMs = startMs;
  const sleepers = new Set<Sleeper>();

  const nextDue = (untilMs: number): Sleeper | null => {
    let next: Sleeper | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= untilMs && (next === null || sleeper.dueMs < next.dueMs)) {
        next = sleeper;
      }
    }
    return next;
  };

  return {
    nowMs: () => wallOffsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          return reject(signal.reason);
        }
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueMs: monotonicMs + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.add(sleeper);
      }),
    advance: async (ms) => {
      const untilMs = monotonicMs + ms;
      // Code that was called just before may not have reached its sleep yet.
      await macrotask();
      for (let next = nextDue(untilMs); next !== null; next = nextDue(untilMs)) {
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.wake();
        await macrotask();
        // A timeout looks once more whether its answer has come.
        await macrotask();
      }
      monotonicMs = untilMs;
    },
    setNowMs: (nowMs) => {
      wallOffsetMs = nowMs - monotonicMs;
    },
    sleeping: () => sleepers.size,
  };
}
