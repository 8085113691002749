import type { Clock } from "@pulseboard/runtime";

/** Who goes first. The market call is one request that a whole refresh waits for. */
export type Lane = "market" | "symbol";

/** The right to send one request. Exactly one of the three is called, once. */
export interface Slot {
  /** The request was never sent. */
  cancel(): void;
  /** The answer is here. */
  answered(): void;
  /** Sent and given up; it may still be on its way to the exchange. */
  unanswered(): void;
}

export interface RequestBudgetOptions {
  /** Most requests in any window. */
  readonly limit: number;
  readonly windowMs: number;
  /** Most requests at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
}

interface Waiter {
  readonly grant: (slot: Slot) => void;
  readonly fail: (reason: unknown) => void;
}

/** Clocks and timers are not exact to the millisecond. */
const MARGIN_MS = 100;
/** How long a request that we gave up may still take to arrive. */
const STRAGGLER_MS = 2000;

/**
 * Never lets more than `limit` requests arrive at the exchange within any window, whatever the network does in between.
 *
 * A slot is held from sending until one window after the answer. Proof: take any window and, of the requests that
 * arrive within it, the one sent last. Every other one was sent before that, and its answer came after its arrival, so
 * its slot lasts beyond the window's end. Hence all of them hold a slot at that one moment, and there are only `limit`.
 */
export class RequestBudget {
  readonly #options: RequestBudgetOptions;
  readonly #lanes: Readonly<Record<Lane, Waiter[]>> = { market: [], symbol: [] };
  /** When each slot that is no longer in flight comes back, monotonic ms. */
  #cooling: number[] = [];
  #inFlight = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #wakeUp: AbortController | null = null;
  #closed: { readonly reason: unknown } | null = null;

  constructor(options: RequestBudgetOptions) {
    this.#options = options;
  }

  /** Waits for a slot, first come first served within a lane. Rejects with the signal's reason. */
  acquire(lane: Lane, signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        return reject(signal.reason);
      }
      if (this.#closed !== null) {
        return reject(this.#closed.reason);
      }
      const queue = this.#lanes[lane];
      const onAbort = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: (slot) => {
          signal.removeEventListener("abort", onAbort);
          resolve(slot);
        },
        fail: (reason) => {
          signal.removeEventListener("abort", onAbort);
          reject(reason);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      queue.push(waiter);
      this.#pump();
    });
  }

  /** Requests that hold a slot now: in flight, or within the window after their answer. */
  used(): number {
    const nowMs = this.#options.clock.monotonicMs();
    return this.#inFlight + this.#cooling.filter((untilMs) => untilMs > nowMs).length;
  }

  /** Everyone who waits fails with `reason`, at once. */
  rejectWaiting(reason: unknown): void {
    for (const queue of Object.values(this.#lanes)) {
      for (const waiter of queue.splice(0)) {
        waiter.fail(reason);
      }
    }
  }

  /** No slot for anyone for the next `ms`. */
  hold(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#options.clock.monotonicMs() + ms);
  }

  /** Everyone who waits or comes later fails with `reason`, and no timer is left behind. */
  close(reason: unknown): void {
    this.#closed = { reason };
    this.rejectWaiting(reason);
    this.#wakeUp?.abort();
  }

  #pump(): void {
    const { clock, limit, concurrency } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#cooling = this.#cooling.filter((untilMs) => untilMs > nowMs);
    const isFree = () => this.#inFlight < concurrency && this.#inFlight + this.#cooling.length < limit;
    if (nowMs >= this.#heldUntilMs) {
      while (isFree()) {
        const waiter = this.#lanes.market.shift() ?? this.#lanes.symbol.shift();
        if (waiter === undefined) {
          return;
        }
        this.#inFlight += 1;
        waiter.grant(this.#slot());
      }
    }
    const isAnyoneWaiting = this.#lanes.market.length + this.#lanes.symbol.length > 0;
    const nextMs = this.#nextChangeMs(nowMs);
    if (isAnyoneWaiting && nextMs !== null) {
      this.#wakeUpIn(nextMs - nowMs);
    }
  }

  /** When time alone makes room; null when an answer must come first. */
  #nextChangeMs(nowMs: number): number | null {
    if (nowMs < this.#heldUntilMs) {
      return this.#heldUntilMs;
    }
    if (this.#inFlight >= this.#options.concurrency || this.#cooling.length === 0) {
      return null;
    }
    return this.#cooling.reduce((earliest, untilMs) => Math.min(earliest, untilMs));
  }

  #wakeUpIn(ms: number): void {
    this.#wakeUp?.abort();
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    const pump = () => {
      if (this.#wakeUp === wakeUp) {
        this.#wakeUp = null;
      }
      this.#pump();
    };
    this.#options.clock.sleep(Math.max(1, ms), wakeUp.signal).then(pump, (error: unknown) => {
      if (!wakeUp.signal.aborted) {
        throw error;
      }
    });
  }

  #slot(): Slot {
    const end = (coolForMs: number) => {
      this.#inFlight -= 1;
      if (coolForMs > 0) {
        this.#cooling.push(this.#options.clock.monotonicMs() + coolForMs);
      }
      this.#pump();
    };
    const { windowMs } = this.#options;
    return {
      cancel: () => end(0),
      answered: () => end(windowMs + MARGIN_MS),
      unanswered: () => end(windowMs + MARGIN_MS + STRAGGLER_MS),
    };
  }
}
