import type { CommandConnection } from "@pulseboard/redis";
import type { StorageDurations } from "./durations.ts";
import { LIST_SCRIPT, READ_SCRIPT, REDIS_KEYS } from "./redis-scripts.ts";
import { asStoreError } from "./redis-store-error.ts";

/** At most a megabyte. */
const DOCUMENTS_AT_ONCE = 16;
/** Whoever publishes faster than that is waited for no longer. */
const MAX_ATTEMPTS = 3;

interface ReadingTools {
  readonly redis: CommandConnection;
  readonly durations: Pick<StorageDurations, "redisSmallMs" | "redisLargeMs">;
}

/**
 * Reads what READ_SCRIPT returns, a few documents at a time: neither Redis nor our event loop is held for longer than these take.
 * What another publication has replaced meanwhile is read again, and in the end by the script.
 *
 * @returns the sequence, then key and text of each document by turns; nothing when there is no publication
 * @throws StoreError
 */
export async function readInPieces(tools: ReadingTools): Promise<unknown> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [sequence, ...keys] = await readList(tools);
    const found: unknown[] = sequence === undefined ? [] : [sequence];
    for (let start = 0; start < keys.length; start += DOCUMENTS_AT_ONCE) {
      const some = keys.slice(start, start + DOCUMENTS_AT_ONCE);
      const texts = await readTexts(some, tools);
      found.push(...some.flatMap((key, index) => [key, texts[index]]));
    }
    const [sequenceAfter] = await readList(tools);
    if (sequenceAfter === sequence) {
      return found;
    }
  }
  return runScript(READ_SCRIPT, tools.durations.redisLargeMs, tools);
}

async function readList(tools: ReadingTools): Promise<readonly string[]> {
  const found = await runScript(LIST_SCRIPT, tools.durations.redisSmallMs, tools);
  return Array.isArray(found) ? found.map(String) : [];
}

function readTexts(keys: readonly string[], { redis, durations }: ReadingTools): Promise<readonly (string | null)[]> {
  return asStoreError(redis.run(durations.redisLargeMs, (client) => client.mget(...keys)));
}

function runScript(script: string, deadlineMs: number, { redis }: ReadingTools): Promise<unknown> {
  const keys = [REDIS_KEYS.sequence, REDIS_KEYS.documents].map(redis.keyOf);
  return asStoreError(redis.run(deadlineMs, (client) => client.eval(script, keys.length, ...keys)));
}
