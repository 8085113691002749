import type { CommandConnection } from "@pulseboard/redis";
import type { Logger } from "@pulseboard/runtime";
import type { DocumentStore, Publication } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { assertPublication, assertSingle, countsFromOutside, singleFrom } from "./publication.ts";
import { readInPieces } from "./redis-reading.ts";
import { REDIS_KEYS, SEQUENCE_SCRIPT, SINGLE_SCRIPT } from "./redis-scripts.ts";
import { publishStaged } from "./redis-staging.ts";
import { asStoreError } from "./redis-store-error.ts";
import { PUBLICATION_DAMAGED, StoreError, storeClosed } from "./store-error.ts";

export interface RedisStoreOptions {
  /** Shared with others: closing the store leaves it open. */
  readonly redis: CommandConnection;
  readonly log: Logger;
  readonly durations: StorageDurations;
}

/**
 * Keeps the newest publication in Redis, for other processes: the documents as plain strings under their own keys.
 * A publication is brought to Redis in pieces and becomes visible by one script; it is read in pieces too, and again if another one
 * came in between. A publication whose answer came too late may have been taken all the same. Not for Redis Cluster: the keys of a publication belong to different slots.
 */
export function createRedisStore({ redis, log, durations }: RedisStoreOptions): DocumentStore {
  let closed = false;
  /** What was under the key of the sequence when it did not count. */
  let ignored: unknown = null;
  const sequenceKey = redis.keyOf(REDIS_KEYS.sequence);
  const documentsKey = redis.keyOf(REDIS_KEYS.documents);
  const statusKey = redis.keyOf(REDIS_KEYS.status);

  const assertOpen = (): void => {
    if (closed) {
      throw storeClosed("Redis");
    }
  };

  return {
    name: "redis",
    sequence: async () => {
      assertOpen();
      const found: unknown = await asStoreError(
        redis.run(durations.redisSmallMs, (client) => client.eval(SEQUENCE_SCRIPT, 2, sequenceKey, documentsKey)),
      );
      const [held, text]: readonly unknown[] = Array.isArray(found) ? found : [];
      const sequence = Number(held);
      if (sequence === 0 && text !== "" && text !== ignored) {
        const details = { store: "redis", key: sequenceKey, found: String(text).slice(0, 40) };
        log.warn(details, "Ignored: a sequence that no document in Redis carries; the next refresh replaces it");
      }
      ignored = sequence === 0 ? text : null;
      return sequence;
    },
    read: async () => {
      assertOpen();
      return parsePublication(await readInPieces({ redis, durations }), redis);
    },
    publish: async (publication) => {
      assertOpen();
      assertPublication(publication);
      return publishStaged(publication, { redis, durations });
    },
    publishSingle: async (document, lifetimeMs) => {
      assertOpen();
      assertSingle(document);
      const { key, sequence, text } = document;
      const given = [String(sequence), text, String(Math.ceil(lifetimeMs))];
      const held: unknown = await asStoreError(
        redis.run(durations.redisLargeMs, (client) =>
          client.eval(SINGLE_SCRIPT, 3, sequenceKey, documentsKey, redis.keyOf(key), ...given),
        ),
      );
      return held === 0 ? { published: true } : { published: false, currentSequence: Number(held) };
    },
    readSingle: async (key) => {
      assertOpen();
      const text = await asStoreError(redis.run(durations.redisLargeMs, (client) => client.get(redis.keyOf(key))));
      return singleFrom(key, text);
    },
    writeStatus: async (text, lifetimeMs) => {
      assertOpen();
      await asStoreError(
        redis.run(durations.redisSmallMs, (client) => client.set(statusKey, text, "PX", Math.ceil(lifetimeMs))),
      );
    },
    readStatus: async () => {
      assertOpen();
      return asStoreError(redis.run(durations.redisSmallMs, (client) => client.get(statusKey)));
    },
    close: async () => {
      closed = true;
    },
  };
}

function parsePublication(found: unknown, redis: Pick<CommandConnection, "address" | "nameOf">): Publication | null {
  const { address } = redis;
  if (!Array.isArray(found)) {
    throw corrupt(address, "the answer is not a list");
  }
  const [sequence, ...pairs]: readonly unknown[] = found;
  if (sequence === undefined) {
    return null;
  }
  const documents = new Map<string, string>();
  for (let index = 0; index < pairs.length; index += 2) {
    const [key, text] = [pairs[index], pairs[index + 1]];
    // With another eviction policy than noeviction, Redis drops keys at will.
    if (typeof text !== "string") {
      throw corrupt(address, `document ${String(key)} is gone`);
    }
    const name = redis.nameOf(String(key));
    if (name === null) {
      throw corrupt(address, `${String(key)} belongs to another installation`);
    }
    documents.set(name, text);
  }
  if (documents.size === 0) {
    throw corrupt(address, "all documents are gone");
  }
  return { sequence: parseSequence(String(sequence), address), documents };
}

function parseSequence(text: string, address: string): number {
  const sequence = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!countsFromOutside(sequence)) {
    throw corrupt(address, `the sequence is ${JSON.stringify(text.slice(0, 40))}`);
  }
  return sequence;
}

function corrupt(address: string, reason: string): StoreError {
  return new StoreError(`The documents in Redis at ${address} are damaged: ${reason}`, {
    code: PUBLICATION_DAMAGED,
    retryable: false,
    hint: "The next refresh replaces them. If it happens again: set maxmemory-policy to noeviction, and let no other program write to mobile:* and pulseboard:*.",
  });
}
