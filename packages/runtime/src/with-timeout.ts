import { setImmediate as afterInput } from "node:timers/promises";
import type { Clock } from "./clock.ts";

export interface TimeoutOptions<L> {
  readonly clock: Clock;
  readonly ms: number;
  /** Ends the wait early, with this signal's reason. */
  readonly signal?: AbortSignal;
  /** Called when `work` takes longer; returns the result of the call instead, or throws. */
  readonly onTimeout: () => L;
}

/**
 * Resolves with the result of `work` if it comes within `ms`, or else with that of `onTimeout`. `work` gets a signal that is
 * aborted when the time is over or `signal` is aborted; work that ignores it continues, and its result is dropped. Leaves
 * neither a timer nor a listener behind (`AbortSignal.any` on a long-lived signal would, on Node 20).
 *
 * @throws what `work` or `onTimeout` throws, or the reason of `signal`
 */
export async function withTimeout<T, L = never>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, ms, signal, onTimeout }: TimeoutOptions<L>,
): Promise<T | L> {
  signal?.throwIfAborted();
  const inner = new AbortController();
  const timer = new AbortController();
  let stopListening = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(signal?.reason);
      inner.abort(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    stopListening = () => signal?.removeEventListener("abort", abort);
  });
  const late = clock.sleep(Math.max(0, ms), timer.signal).then(
    async () => {
      // A busy event loop fires its timers before it looks at its sockets, where the answer may have been for long.
      await afterInput();
      return { late: true } as const;
    },
    (error: unknown) => {
      if (timer.signal.aborted) {
        return { late: false } as const;
      }
      throw error;
    },
  );
  try {
    const working = work(inner.signal).then((result) => ({ result }));
    const first = await Promise.race([working, late, interrupted]);
    if ("result" in first) {
      return first.result;
    }
    inner.abort();
    return onTimeout();
  } finally {
    timer.abort();
    stopListening();
  }
}
