import { type Clock, type Logger, type ReadinessReason, sleepUnlessAborted } from "@pulseboard/runtime";
import { readEvictionPolicy, SAFE_EVICTION_POLICY } from "./eviction-policy.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { StoreError } from "./store-error.ts";

export interface EvictionPolicyWatch {
  /** "redis_eviction_policy:allkeys-lru" while Redis may drop documents and jobs, "redis_eviction_policy:unknown" where it does not tell. */
  degraded(): readonly ReadinessReason[];
  close(): void;
}

export interface EvictionPolicyWatchOptions {
  readonly redis: RedisConnection;
  readonly log: Logger;
  readonly clock: Clock;
  /** Told of each policy that is found, "unknown" included. */
  readonly onPolicy?: (policy: string) => void;
}

const LOOK_EVERY_MS = 60_000;
/** Until Redis was reached for the first time. */
const LOOK_AGAIN_MS = 2_000;

/** Looks at Redis's eviction policy from time to time, and says in one log line when it is not the safe one, or is again. */
export function watchEvictionPolicy({ redis, log, clock, onPolicy }: EvictionPolicyWatchOptions): EvictionPolicyWatch {
  const closing = new AbortController();
  let policy: string | null = null;

  const look = async (): Promise<void> => {
    const found = await readEvictionPolicy(redis);
    if (found === policy) {
      return;
    }
    if (found === "unknown") {
      log.info({ redis: redis.address }, "Redis does not tell its eviction policy; it should be noeviction");
    } else if (found !== SAFE_EVICTION_POLICY) {
      log.warn(
        { redis: redis.address, policy: found, hint: "Set maxmemory-policy to noeviction." },
        "Redis may drop documents and jobs when its memory is full",
      );
    } else if (policy !== null) {
      log.info({ redis: redis.address }, "Redis's eviction policy is noeviction now");
    }
    policy = found;
    onPolicy?.(found);
  };

  const watch = async (): Promise<void> => {
    do {
      try {
        await look();
      } catch (err) {
        // Away, which its connection has logged: what was known last is still the best guess.
        if (!(err instanceof StoreError)) {
          throw err;
        }
      }
    } while (await sleepUnlessAborted(clock, policy === null ? LOOK_AGAIN_MS : LOOK_EVERY_MS, closing.signal));
  };
  void watch().catch((err: unknown) => {
    log.error({ err }, "Eviction policy no longer watched");
  });

  return {
    degraded: () => (policy === null || policy === SAFE_EVICTION_POLICY ? [] : [`redis_eviction_policy:${policy}`]),
    close: () => closing.abort(),
  };
}
