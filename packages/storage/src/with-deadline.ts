import type { Clock } from "@pulseboard/runtime";

/**
 * What `work` comes to, or the error that `late` makes when that takes longer than `deadlineMs`. The work itself is not
 * stopped; whatever becomes of it afterwards is nobody's concern any more.
 */
export async function withDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  const timer = new AbortController();
  const alarm = clock.sleep(deadlineMs, timer.signal).then(
    () => "late" as const,
    () => "in time" as const,
  );
  try {
    const first = await Promise.race([work.then((result) => ({ result })), alarm]);
    if (typeof first === "object") {
      return first.result;
    }
    throw late();
  } finally {
    timer.abort();
  }
}
