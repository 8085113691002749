import { systemClock } from "@pulseboard/runtime";
import { degradedReasons, type ServedMarket, servedMarket } from "./served.ts";
import type { Settings } from "./settings.ts";

/** One look at what a server serves, and what it says of its worker. */
interface WorkerLook {
  readonly monotonicMs: number;
  readonly sequence: ServedMarket["sequence"];
  /** The reasons in `/readyz`. */
  readonly degraded: readonly string[];
}

/** Good news, bad news in words, or nothing yet. */
export type WorkerVerdict = { readonly isPublishing: true } | { readonly problem: string } | null;

/** One refresh may fail on a busy machine; so long without one that succeeds is more than that. */
const FAILING_MS = 15_000;
const PERIODS_WITHOUT = 2;
const POLL_MS = 1_000;

/**
 * Judges a worker that has just been started, by looks at the server: a worker that cannot publish is told sooner by its own word
 * than by the snapshot that grows old.
 *
 * @param before - What was served before the first look.
 * @param longestMs - How long a first publication may take on a busy machine, where two periods are shorter.
 */
export function createWorkerJudge(
  { sequence: first, periodMs }: Pick<ServedMarket, "sequence" | "periodMs">,
  longestMs: number,
): (look: WorkerLook) => WorkerVerdict {
  const period = periodMs ?? 0;
  let startedMs: number | null = null;
  let failing: { readonly reason: string; readonly sinceMs: number } | null = null;
  return ({ monotonicMs, sequence, degraded }) => {
    startedMs ??= monotonicMs;
    if (sequence !== null && sequence > (first ?? 0)) {
      return { isPublishing: true };
    }
    // While the exchange pauses every worker, another one would publish nothing either.
    const isPaused = degraded.some((reason) => reason.startsWith("exchange_paused:"));
    const reason = isPaused ? undefined : degraded.find((each) => each.startsWith("refresh_failing:"));
    failing = reason === undefined ? null : { reason, sinceMs: failing?.sinceMs ?? monotonicMs };
    if (failing !== null && monotonicMs - failing.sinceMs >= Math.max(FAILING_MS, period)) {
      return {
        problem: `its worker publishes nothing: ${failing.reason} for ${seconds(monotonicMs - failing.sinceMs)}`,
      };
    }
    const waitedMs = monotonicMs - startedMs;
    return waitedMs > Math.max(longestMs, PERIODS_WITHOUT * period)
      ? {
          problem: `its worker has published nothing for ${seconds(waitedMs)} (${degraded.join(", ") || "/readyz names no cause"})`,
        }
      : null;
  };
}

/**
 * Watches whether the worker that has just been started publishes, until it does or `signal` is aborted.
 *
 * @param longestMs - See {@link createWorkerJudge}.
 * @returns what is wrong with it; null where nothing is known to be
 */
export async function watchWorker(
  { url, askEveryMs }: Pick<Settings, "url" | "askEveryMs">,
  longestMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const verdictOn = createWorkerJudge(await servedMarket(url), longestMs);
  while (!signal.aborted) {
    const { sequence } = await servedMarket(url);
    const degraded = await degradedReasons(url);
    const verdict = verdictOn({ monotonicMs: systemClock.monotonicMs(), sequence, degraded });
    if (verdict !== null) {
      return "problem" in verdict ? verdict.problem : null;
    }
    await systemClock.sleep(Math.max(POLL_MS, askEveryMs));
  }
  return null;
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
