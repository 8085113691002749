import type { RedisConnection } from "@pulseboard/redis";

const TAKE = `
local kept = redis.pcall("GET", KEYS[1])
redis.call("DEL", KEYS[1])
return type(kept) == "string" and kept or 0`;

const PEEK = `
local kept = redis.pcall("GET", KEYS[1])
return type(kept) == "string" and kept or 0`;

const KEEP = `
local found = redis.pcall("GET", KEYS[1])
local kept = type(found) == "string" and tonumber(found) or 0
if tonumber(ARGV[1]) > kept then redis.call("SET", KEYS[1], ARGV[1]) end
return 0`;

/**
 * The sequence that a server served as it joined a run that had begun: too late for that one, so it is the next one's. A server that
 * learns of a publication below its own always comes so, as a run announces before it ends.
 */
export interface NextSequence {
  /** The kept one, which is forgotten; 0 without one. */
  take(): Promise<number>;
  /** The kept one, which stays; 0 without one. */
  peek(): Promise<number>;
  /** Keeps it, unless a higher one is kept. */
  keep(sequence: number): Promise<void>;
}

export function createNextSequence(client: RedisConnection["client"], key: string): NextSequence {
  const ask = async (script: string): Promise<number> => {
    // Others write to Redis too. Whoever publishes decides how high a sequence may be.
    const kept = Number(await client.eval(script, 1, key));
    return Number.isSafeInteger(kept) ? Math.max(0, kept) : 0;
  };
  return {
    take: () => ask(TAKE),
    peek: () => ask(PEEK),
    keep: async (sequence) => {
      if (sequence > 0) {
        await client.eval(KEEP, 1, key, String(sequence));
      }
    },
  };
}
