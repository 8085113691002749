import type { Clock } from "@pulseboard/runtime";

/**
 * Whether `ended` settles within `ms`, however it settles; afterwards it is nobody's any more, so what it may reject
 * with must be handled elsewhere. Leaves no timer behind.
 */
export async function endsWithin(ended: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const late = clock.sleep(Math.max(0, ms), timer.signal).then(
    () => false,
    () => true,
  );
  const settled = ended.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    timer.abort();
  }
}
