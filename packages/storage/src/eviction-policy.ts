import type { RedisConnection } from "./redis-connection.ts";
import { StoreError } from "./store-error.ts";

const DEADLINE_MS = 400;

/** The one policy under which Redis never drops documents and jobs to make room: it refuses writes instead. */
export const SAFE_EVICTION_POLICY = "noeviction";

/**
 * What Redis does when its memory is full: its `maxmemory-policy`, or "unknown" where it does not tell (managed services
 * deny CONFIG). Throws a StoreError when Redis cannot be reached.
 */
export async function readEvictionPolicy(redis: RedisConnection): Promise<string> {
  try {
    const answer: unknown = await redis.run(DEADLINE_MS, (client) => client.config("GET", "maxmemory-policy"));
    const policy: unknown = Array.isArray(answer) ? answer[1] : null;
    return typeof policy === "string" ? policy : "unknown";
  } catch (error) {
    // Denied by the user's rights, or a command that does not exist there.
    if (error instanceof StoreError && ["store_denied", "store_failed"].includes(error.code)) {
      return "unknown";
    }
    throw error;
  }
}
