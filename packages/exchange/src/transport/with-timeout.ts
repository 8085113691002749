import type { Clock } from "@pulseboard/runtime";

/**
 * Runs with a signal that is aborted when `signal` is, or after `timeoutMs`. Leaves neither a timer nor a listener
 * behind (`AbortSignal.any` on a long-lived signal would, on Node 20).
 */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const timer = new AbortController();
  const abort = () => inner.abort();
  if (signal.aborted) {
    abort();
  }
  signal.addEventListener("abort", abort, { once: true });
  clock.sleep(timeoutMs, timer.signal).then(abort, (error: unknown) => {
    if (!timer.signal.aborted) {
      throw error;
    }
  });
  try {
    return await run(inner.signal);
  } finally {
    timer.abort();
    signal.removeEventListener("abort", abort);
  }
}
