import type { RedisConsole } from "./redis-console.mts";

/** All keys of a Redis, as they were at one moment. */
type RedisCopy = readonly { readonly key: Buffer; readonly dump: Buffer; readonly lifetimeMs: number }[];

/** One step of Redis, so that the copy is of one moment. */
const COPY_SCRIPT = `
local found = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('DUMP', key)
  found[#found + 1] = tostring(math.max(0, redis.call('PTTL', key)))
end
return found
`;

export async function copyRedis(redis: RedisConsole): Promise<RedisCopy> {
  const found = await redis.callForBytes("EVAL", COPY_SCRIPT, 0);
  const parts = Array.isArray(found) ? found.filter((part): part is Buffer => Buffer.isBuffer(part)) : [];
  const at = (index: number): Buffer => parts[index] ?? Buffer.alloc(0);
  return Array.from({ length: parts.length / 3 }, (_, index) => ({
    key: at(3 * index),
    dump: at(3 * index + 1),
    lifetimeMs: Number(at(3 * index + 2).toString()),
  }));
}

/** Replaces everything by the copy, in one step, as a restart with an old file does. */
export async function putBack(redis: RedisConsole, copy: RedisCopy): Promise<void> {
  await redis.call("MULTI");
  await redis.call("FLUSHALL");
  for (const { key, dump, lifetimeMs } of copy) {
    await redis.call("RESTORE", key, lifetimeMs, dump);
  }
  await redis.call("EXEC");
}
