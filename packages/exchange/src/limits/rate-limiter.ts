import type { Clock } from "@pulseboard/runtime";

/** "market" goes first: it is one request that a whole refresh waits for. */
export type Priority = "market" | "symbol";

/** The right to send one request. Call exactly one of the three, once. */
export interface Permit {
  /** The request was never sent. */
  cancel(): void;
  /** The answer has arrived. */
  answered(): void;
  /** The request was sent and given up; it may still be on its way to the exchange. */
  unanswered(): void;
}

/** Limits the requests of one address, so that the exchange never sees more than `limit` of them in any window. */
export interface RateLimiter {
  /** Waits for a permit, first come first served within a priority. Rejects with the signal's reason. */
  acquire(priority: Priority, signal: AbortSignal): Promise<Permit>;
  /** Permits that count now: requests in flight, and those answered within the last window. */
  used(): number;
  /** Fails everyone who waits with `reason`, at once. */
  rejectWaiting(reason: unknown): void;
  /** Grants no permit for the next `ms`. */
  hold(ms: number): void;
  /** Fails everyone who waits or comes later with `reason`, and leaves no timer behind. */
  close(reason: unknown): void;
}

export interface RateLimiterDurations {
  /** The exchange counts requests over windows of this length. */
  readonly limitWindowMs: number;
  /** Added to each window, because clocks and timers are not exact to the millisecond. */
  readonly limitMarginMs: number;
  /** How long a request that we gave up may still take to arrive. */
  readonly stragglerMs: number;
}

export interface RateLimiterOptions {
  /** The most requests in any window. */
  readonly limit: number;
  /** The most requests at the same time. */
  readonly concurrency: number;
  readonly durations: RateLimiterDurations;
  readonly clock: Clock;
}

interface Waiter {
  readonly grant: (permit: Permit) => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * Creates a limiter that holds whatever the network does between us and the exchange.
 *
 * A permit is held from sending until one window after the answer. Proof: take any window and, of the requests that
 * arrive within it, the one sent last. Every other one was sent before that, and its answer came after its arrival, so
 * its permit lasts beyond the window's end. Hence all of them hold a permit at that one moment, and there are only `limit`.
 */
export function createRateLimiter({ limit, concurrency, durations, clock }: RateLimiterOptions): RateLimiter {
  const queues: Readonly<Record<Priority, Waiter[]>> = { market: [], symbol: [] };
  /** When each permit of an ended request expires, monotonic ms. */
  let expiries: number[] = [];
  let inFlight = 0;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let wakeUp: AbortController | null = null;
  let closed: { readonly reason: unknown } | null = null;

  const hasRoom = () => inFlight < concurrency && inFlight + expiries.length < limit;

  const grantPermits = (): void => {
    const nowMs = clock.monotonicMs();
    expiries = expiries.filter((untilMs) => untilMs > nowMs);
    if (nowMs >= heldUntilMs) {
      while (hasRoom()) {
        const waiter = queues.market.shift() ?? queues.symbol.shift();
        if (waiter === undefined) {
          return;
        }
        inFlight += 1;
        waiter.grant(createPermit());
      }
    }
    const isAnyoneWaiting = queues.market.length + queues.symbol.length > 0;
    const nextMs = nextChangeMs(nowMs);
    if (isAnyoneWaiting && nextMs !== null) {
      wakeUpIn(nextMs - nowMs);
    }
  };

  /** When time alone makes room; null when an answer must come first. */
  const nextChangeMs = (nowMs: number): number | null => {
    if (nowMs < heldUntilMs) {
      return heldUntilMs;
    }
    if (inFlight >= concurrency || expiries.length === 0) {
      return null;
    }
    return expiries.reduce((earliest, untilMs) => Math.min(earliest, untilMs));
  };

  const wakeUpIn = (ms: number): void => {
    wakeUp?.abort();
    const timer = new AbortController();
    wakeUp = timer;
    clock.sleep(Math.max(1, ms), timer.signal).then(grantPermits, (error: unknown) => {
      if (!timer.signal.aborted) {
        throw error;
      }
    });
  };

  const createPermit = (): Permit => {
    const end = (countsForMs: number) => {
      inFlight -= 1;
      if (countsForMs > 0) {
        expiries.push(clock.monotonicMs() + countsForMs);
      }
      grantPermits();
    };
    const windowMs = durations.limitWindowMs + durations.limitMarginMs;
    return {
      cancel: () => end(0),
      answered: () => end(windowMs),
      unanswered: () => end(windowMs + durations.stragglerMs),
    };
  };

  const rejectWaiting = (reason: unknown): void => {
    for (const queue of Object.values(queues)) {
      for (const waiter of queue.splice(0)) {
        waiter.fail(reason);
      }
    }
  };

  return {
    acquire: (priority, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          return reject(signal.reason);
        }
        if (closed !== null) {
          return reject(closed.reason);
        }
        const queue = queues[priority];
        const onAbort = () => {
          queue.splice(queue.indexOf(waiter), 1);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          grant: (permit) => {
            signal.removeEventListener("abort", onAbort);
            resolve(permit);
          },
          fail: (reason) => {
            signal.removeEventListener("abort", onAbort);
            reject(reason);
          },
        };
        signal.addEventListener("abort", onAbort, { once: true });
        queue.push(waiter);
        grantPermits();
      }),
    used: () => {
      const nowMs = clock.monotonicMs();
      return inFlight + expiries.filter((untilMs) => untilMs > nowMs).length;
    },
    rejectWaiting,
    hold: (ms) => {
      heldUntilMs = Math.max(heldUntilMs, clock.monotonicMs() + ms);
    },
    close: (reason) => {
      closed = { reason };
      rejectWaiting(reason);
      wakeUp?.abort();
    },
  };
}
