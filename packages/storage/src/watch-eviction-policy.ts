import { type CommandConnection, RedisError } from "@pulseboard/redis";
import { type Clock, type Logger, type ReadinessReason, sleepUnlessAborted } from "@pulseboard/runtime";
import type { StorageDurations } from "./durations.ts";

export interface EvictionPolicyWatch {
  /**
   * "redis_eviction_policy:allkeys-lru" while Redis may drop documents and jobs, "redis_eviction_policy:unknown" if Redis
   * does not tell.
   */
  degraded(): readonly ReadinessReason[];
  close(): void;
}

export interface EvictionPolicyWatchOptions {
  readonly redis: CommandConnection;
  readonly log: Logger;
  readonly clock: Clock;
  readonly durations: StorageDurations;
  /** Called with each policy that is found, "unknown" included. */
  readonly onPolicy?: (policy: string) => void;
}

/** The one policy under which Redis never drops documents and jobs to make room: it refuses writes instead. */
const SAFE_EVICTION_POLICY = "noeviction";

/** Checks Redis's eviction policy from time to time, and logs one line when it becomes unsafe and one when it is safe again. */
export function watchEvictionPolicy(options: EvictionPolicyWatchOptions): EvictionPolicyWatch {
  const { redis, log, clock, durations, onPolicy } = options;
  const closing = new AbortController();
  let policy: string | null = null;

  const check = async (): Promise<void> => {
    const found = await readEvictionPolicy(redis, durations.redisSmallMs);
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
        await check();
      } catch (err) {
        if (!(err instanceof RedisError)) {
          throw err;
        }
        // An outage, which the connection has reported: the last known policy is still the best guess.
      }
    } while (
      await sleepUnlessAborted(
        clock,
        policy === null ? durations.firstEvictionPolicyMs : durations.evictionPolicyMs,
        closing.signal,
      )
    );
  };
  void watch().catch((err: unknown) => {
    log.error({ err }, "Eviction policy no longer watched");
  });

  return {
    degraded: () => (policy === null || policy === SAFE_EVICTION_POLICY ? [] : [`redis_eviction_policy:${policy}`]),
    close: () => closing.abort(),
  };
}

/**
 * Reads what Redis does when its memory is full: its `maxmemory-policy`, or "unknown" if it does not tell (managed
 * services deny CONFIG).
 *
 * @throws RedisError when Redis cannot be reached
 */
export async function readEvictionPolicy(redis: CommandConnection, deadlineMs: number): Promise<string> {
  try {
    const read = redis.run(deadlineMs, (client) => client.config("GET", "maxmemory-policy"), { mayBeRefused: true });
    const answer: unknown = await read;
    const policy: unknown = Array.isArray(answer) ? answer[1] : null;
    return typeof policy === "string" ? policy : "unknown";
  } catch (error) {
    // Denied by the user's rights, or a command that does not exist there.
    if (error instanceof RedisError && (error.kind === "denied" || error.kind === "failed")) {
      return "unknown";
    }
    throw error;
  }
}
