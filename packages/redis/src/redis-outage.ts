import { type Clock, type OutageLog, sleepUnlessAborted } from "@pulseboard/runtime";
import type { RedisDurations } from "./durations.ts";
import { isRefusal, type RedisError } from "./redis-error.ts";

/** The name of Redis in the outage log. */
const REDIS_OUTAGE = "redis";

export interface RedisOutageOptions {
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: RedisDurations;
  /** Tries all that this process needs of Redis; resolves with what is wrong, or null. `sinceMs` is when the outage began. */
  readonly probe: (sinceMs: number) => Promise<RedisError | null>;
}

/** The outage of Redis in one process, whichever connection notices it. */
export interface RedisOutage {
  failed(error: RedisError): void;
  close(): void;
}

/**
 * Begins an outage with the first failure and ends it when a probe finds everything well. A refusal that no probe meets
 * (the user lacks the right to one command) is over only when nothing was refused for a while: otherwise the outage
 * would begin and end with every call.
 */
export function createRedisOutage({ outages, clock, durations, probe }: RedisOutageOptions): RedisOutage {
  const closing = new AbortController();
  let lastUnmetRefusalMs = Number.NEGATIVE_INFINITY;
  let isProbing = false;

  const probeUntilOver = async (): Promise<void> => {
    const beganMs = clock.monotonicMs();
    isProbing = true;
    do {
      const problem = await probe(beganMs);
      if (problem !== null) {
        lastUnmetRefusalMs = Number.NEGATIVE_INFINITY;
      } else if (clock.monotonicMs() - lastUnmetRefusalMs >= durations.quietMs) {
        outages.works(REDIS_OUTAGE);
      }
    } while (
      outages.isAway(REDIS_OUTAGE) &&
      (await sleepUnlessAborted(clock, durations.probePeriodMs, closing.signal))
    );
    isProbing = false;
  };

  return {
    failed: (error) => {
      if (closing.signal.aborted || error.kind === "wrong_type") {
        return;
      }
      if (isRefusal(error)) {
        lastUnmetRefusalMs = clock.monotonicMs();
      }
      outages.failed(REDIS_OUTAGE, error);
      if (!isProbing) {
        void probeUntilOver();
      }
    },
    close: () => closing.abort(),
  };
}
