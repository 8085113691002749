import { type Clock, type OutageLog, sleepUnlessAborted } from "@pulseboard/runtime";
import type { RedisDurations } from "./durations.ts";
import type { RedisError, RedisErrorKind } from "./redis-error.ts";

/** The name of Redis in the outage log. */
const REDIS_OUTAGE = "redis";

export interface RedisOutageOptions {
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: RedisDurations;
  /** Tries everything that this process needs from Redis; resolves with the error, or null. `sinceMs` is when the outage began. */
  readonly probe: (sinceMs: number) => Promise<RedisError | null>;
}

/** The outage of Redis in one process, whichever connection notices it. */
export interface RedisOutage {
  failed(error: RedisError): void;
  close(): void;
}

/**
 * Begins an outage with the first failure and ends it when probes find everything well for a moment; commands that were
 * under way at its end may still fail then. A refusal that no probe meets (the user lacks the right to one command) is over
 * only when nothing was refused for a while: otherwise the outage would begin and end with every call.
 */
export function createRedisOutage({ outages, clock, durations, probe }: RedisOutageOptions): RedisOutage {
  const closing = new AbortController();
  const metByProbes = new Set<RedisErrorKind>();
  let lastFailureMs = 0;
  let lastUnmetRefusalMs = Number.NEGATIVE_INFINITY;
  let isProbing = false;

  const probeUntilOver = async (): Promise<void> => {
    const beganMs = clock.monotonicMs();
    isProbing = true;
    do {
      const problem = await probe(beganMs);
      const nowMs = clock.monotonicMs();
      if (problem !== null) {
        metByProbes.add(problem.kind);
        lastFailureMs = nowMs;
        lastUnmetRefusalMs = Number.NEGATIVE_INFINITY;
      } else if (nowMs - lastFailureMs >= durations.settleMs && nowMs - lastUnmetRefusalMs >= durations.quietMs) {
        outages.works(REDIS_OUTAGE);
      }
    } while (
      outages.isUnavailable(REDIS_OUTAGE) &&
      (await sleepUnlessAborted(clock, durations.probePeriodMs, closing.signal))
    );
    metByProbes.clear();
    isProbing = false;
  };

  return {
    failed: (error) => {
      if (closing.signal.aborted || error.kind === "wrong_type") {
        return;
      }
      lastFailureMs = clock.monotonicMs();
      // Every other refusal is Redis's as a whole, and a probe meets it as long as it lasts.
      if ((error.kind === "denied" || error.kind === "failed") && !metByProbes.has(error.kind)) {
        lastUnmetRefusalMs = lastFailureMs;
      }
      outages.failed(REDIS_OUTAGE, error);
      if (!isProbing) {
        void probeUntilOver();
      }
    },
    close: () => closing.abort(),
  };
}
