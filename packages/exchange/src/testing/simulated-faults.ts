import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@pulseboard/runtime";
import { startSimulator } from "@pulseboard/simulator";
import { createFakeClock } from "@pulseboard/testing/fake-clock";

/** Clear of the close of every candle. */
const START_MS = Date.UTC(2026, 5, 10, 13, 7, 5);

/** Only a timeout ends these. */
const NEVER_ANSWERED: ReadonlySet<string> = new Set(["stalled_body", "slow_headers"]);
/** Waits below this are between two attempts; longer ones are the timeouts of requests. */
const SHORT_WAIT_MS = 3500;
const LONGEST_TIMEOUT_MS = 10_000;

/**
 * A simulator, and a fake clock for its client. The client's requests take no time on that clock, however long they
 * really take; only `settle` and `goOn` advance it.
 */
export interface FaultySimulator extends AsyncDisposable {
  readonly url: string;
  readonly clock: Clock;
  /** Advances the market, which stands still otherwise, and the client's clock. */
  goOn(ms: number): Promise<void>;
  setFault(endpoint: string, fault: string): void;
  clearFaults(): void;
  /** How many requests have met the fault. */
  met(fault: string): number;
  /**
   * Waits for `work`. Waits between two attempts end at once. Requests that are never answered time out as soon as they
   * have arrived and no other request is in flight.
   */
  settle<T>(work: Promise<T>): Promise<T>;
}

export async function startFaultySimulator(symbolCount = 12): Promise<FaultySimulator> {
  const marketClock = createFakeClock();
  const clientClock = createFakeClock(START_MS);
  const simulator = await startSimulator({
    market: { kind: "generated", seed: 7, symbolCount },
    port: 0,
    speed: 1,
    banMs: 1000,
    startAtMs: START_MS,
    // All requests between two calls of `goOn` fall into one window.
    rateLimit: { requests: 1_000_000, windowMs: 5000 },
    clock: marketClock,
  });
  let active: string | null = null;
  let shortWaits = 0;
  /** Each request in flight waits for its timeout. */
  let requestsInFlight = 0;
  const met = (fault: string) => simulator.stats().faults_met[fault] ?? 0;
  return {
    url: simulator.url,
    clock: {
      nowMs: clientClock.nowMs,
      monotonicMs: clientClock.monotonicMs,
      sleep: async (ms, signal) => {
        const isShort = ms < SHORT_WAIT_MS;
        const count = (change: number) => {
          shortWaits += isShort ? change : 0;
          requestsInFlight += isShort ? 0 : change;
        };
        count(1);
        try {
          await clientClock.sleep(ms, signal);
        } finally {
          count(-1);
        }
      },
    },
    goOn: async (ms) => {
      await marketClock.advance(ms);
      await clientClock.advance(ms);
    },
    setFault: (endpoint, fault) => {
      simulator.setFault({ endpoint, fault });
      active = fault;
    },
    clearFaults: () => {
      simulator.clearFaults();
      active = null;
    },
    met,
    settle: async (work) => {
      let isDone = false;
      const mark = () => {
        isDone = true;
      };
      work.then(mark, mark);
      const hanging = active !== null && NEVER_ANSWERED.has(active) ? active : null;
      let timedOut = hanging === null ? 0 : met(hanging);
      const areAllHanging = () =>
        hanging !== null && requestsInFlight > 0 && met(hanging) - timedOut === requestsInFlight;
      while (!isDone) {
        await nextTurn();
        if (shortWaits > 0) {
          await clientClock.advance(100);
        }
        if (areAllHanging()) {
          timedOut += requestsInFlight;
          await clientClock.advance(LONGEST_TIMEOUT_MS);
        }
      }
      return work;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}
