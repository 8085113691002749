import type { Clock, Logger, OutageLog } from "@pulseboard/runtime";
import { chunksOf } from "./chunks.ts";
import type { DocumentStore, Publication } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { createMemcachedClient, type MemcachedClient } from "./memcached-client.ts";
import {
  assertPublication,
  assertSingle,
  badPublication,
  countsFromOutside,
  OWN_PREFIX,
  singleFrom,
} from "./publication.ts";
import { createOutageReporter, StoreError, storeClosed } from "./store-error.ts";
import { topLevelSequence } from "./top-level-sequence.ts";

export interface MemcachedStoreOptions {
  /** "host:port" of each, at least one. */
  readonly servers: readonly string[];
  /** KEY_PREFIX, the name of this installation among those that share the memcached; "" for none. */
  readonly keyPrefix: string;
  /** Picks the documents that do not belong in a cache which other programs share. */
  readonly leaveOut: (key: string) => boolean;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: StorageDurations;
}

export interface MemcachedStore extends DocumentStore {
  /** How often a call failed so far, by the code of the error. */
  failures(): ReadonlyMap<string, number>;
}

/** The documents of the newest set: `{ sequence, keys }`, written after all of them. */
const LIST_KEY = "pulseboard:documents";
/** 59 were measured, beside the key itself (memcached 1.6.18). */
const ITEM_OVERHEAD_BYTES = 100;
/** How many documents are asked for at once: each must be through within the client's deadline. */
const BATCH = 50;

/** How much of memcached an operation needs, see createOutageReporter: one key, the set, all servers. */
const REACH = { sequence: 1, single: 1, read: 2, publish: 3 };

interface DocumentList {
  readonly sequence: number;
  readonly keys: readonly string[];
}

/**
 * Keeps the newest publication in memcached: a cache that other programs share, never the only copy. The documents lie
 * under their own keys. A reader takes the set only if every document on its list is there and carries the list's
 * sequence; a set that is half written, half evicted or flushed reads as nothing rather than as a mixture.
 *
 * There is no compare-and-set: Redis decides which publication wins, before this store is written. A publisher that is
 * held up may leave an older set here, which readers refuse because they have a newer one. A document beyond the
 * server's item limit is left out, with one log line, and the set reads as nothing; the others are there for programs
 * that read single keys.
 */
export function createMemcachedStore(options: MemcachedStoreOptions): MemcachedStore {
  const { servers, keyPrefix, leaveOut, log, outages, clock, durations } = options;
  const client = withKeyPrefix(createMemcachedClient({ servers, clock, durations }), keyPrefix);
  const isKey = (name: string): boolean => KEY.test(keyPrefix + name);
  const reported = createOutageReporter("memcached", outages);
  const failures = new Map<string, number>();
  const tooLarge = new Set<string>();
  /** The last list that was found to be carried by a document ... */
  let carried: string | null = null;
  /** ... and the last one that was not. */
  let ignored: string | null = null;
  let closed = false;

  const counted = async <T>(reach: number, operation: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw storeClosed("memcached");
    }
    try {
      return await reported(reach, operation);
    } catch (thrown) {
      if (thrown instanceof StoreError) {
        failures.set(thrown.code, (failures.get(thrown.code) ?? 0) + 1);
      }
      throw thrown;
    }
  };

  const readList = async (): Promise<DocumentList | null> => parseList(await client.get(LIST_KEY), isKey);

  /** The sequence on the list, if the first document there carries it; 0 otherwise. */
  const carriedSequence = async (): Promise<number> => {
    const text = await client.get(LIST_KEY);
    const list = parseList(text, isKey);
    if (list !== null && text === carried) {
      return list.sequence;
    }
    const document = list === null ? null : await client.get(list.keys[0] ?? "");
    if (list !== null && document !== null && topLevelSequence(document) === list.sequence) {
      carried = text;
      ignored = null;
      return list.sequence;
    }
    // A document that is gone was evicted, or is being written: no reason for a line.
    const isStrange = text !== null && (list === null || document !== null);
    if (isStrange && text !== ignored) {
      const details = { store: "memcached", key: LIST_KEY, found: text.slice(0, 80) };
      log.warn(details, "Ignored: a list of documents that no document carries; the next refresh replaces it");
    }
    ignored = isStrange ? text : null;
    return 0;
  };

  const readSet = async (): Promise<Publication | null> => {
    const list = await readList();
    if (list === null) {
      return null;
    }
    const { sequence, keys } = list;
    const documents = new Map<string, string>();
    for (const batch of batchesOf(keys)) {
      const texts = await Promise.all(batch.map((key) => client.get(key)));
      for (const [index, key] of batch.entries()) {
        const text = texts[index] ?? null;
        // One that is missing makes the rest useless.
        if (text === null || topLevelSequence(text) !== sequence) {
          return null;
        }
        documents.set(key, text);
      }
    }
    return { sequence, documents };
  };

  const writeOrLeaveOut = async (
    key: string,
    text: string,
    { maxItemBytes, lifetimeMs }: { readonly maxItemBytes: number; readonly lifetimeMs?: number },
  ): Promise<void> => {
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(text) + ITEM_OVERHEAD_BYTES;
    if (bytes <= maxItemBytes) {
      await client.set(key, text, lifetimeMs);
      tooLarge.delete(key);
      return;
    }
    if (!tooLarge.has(key)) {
      const hint = "Start memcached with a larger item size (-I).";
      log.warn({ key, bytes, maxItemBytes, hint }, "Too large for memcached: left out");
    }
    tooLarge.add(key);
    // The value there belongs to an older publication.
    await client.delete(key);
  };

  const writeSet = async ({ sequence, documents, forOthers }: Publication): Promise<void> => {
    const before = await readList();
    const kept = [...documents].filter(([key]) => !leaveOut(key));
    const maxItemBytes = await client.maxItemBytes();
    await inChunks(kept, ([key, text]) => writeOrLeaveOut(key, text, { maxItemBytes }));
    if (forOthers !== undefined) {
      const { texts, lifetimeMs } = forOthers;
      await inChunks(texts, ([key, text]) => writeOrLeaveOut(key, text, { maxItemBytes, lifetimeMs }));
    }
    const keys = kept.map(([key]) => key);
    await client.set(LIST_KEY, JSON.stringify({ sequence, keys } satisfies DocumentList));
    const gone = (before?.keys ?? []).filter((key) => !keys.includes(key));
    await inBatches(gone, (key) => client.delete(key));
  };

  const assertKeys = (names: Iterable<string>): void => {
    for (const name of names) {
      if (!isKey(name)) {
        throw badPublication(`memcached has no keys like ${JSON.stringify((keyPrefix + name).slice(0, 80))}`);
      }
    }
  };

  return {
    name: "memcached",
    isCache: true,
    failures: () => new Map(failures),
    sequence: () => counted(REACH.sequence, carriedSequence),
    read: () => counted(REACH.read, readSet),
    publish: (publication) =>
      counted(REACH.publish, async () => {
        assertPublication(publication);
        assertKeys([...publication.documents.keys(), ...(publication.forOthers?.texts.keys() ?? [])]);
        await writeSet(publication);
        return { published: true };
      }),
    publishSingle: (document, lifetimeMs) =>
      counted(REACH.single, async () => {
        assertSingle(document);
        const { key, text } = document;
        assertKeys([key]);
        await writeOrLeaveOut(key, text, { maxItemBytes: await client.maxItemBytes(), lifetimeMs });
        return { published: true };
      }),
    readSingle: (key) => counted(REACH.single, async () => singleFrom(key, await client.get(key))),
    close: async () => {
      closed = true;
      client.close();
    },
  };
}

/** The same client for whoever knows the documents by their own names. */
function withKeyPrefix(client: MemcachedClient, prefix: string): MemcachedClient {
  return {
    ...client,
    get: (name) => client.get(prefix + name),
    set: (name, text, lifetimeMs) => client.set(prefix + name, text, lifetimeMs),
    delete: (name) => client.delete(prefix + name),
  };
}

/** Null for anything that is not a list of documents: in a cache that is the same as nothing. */
function parseList(text: string | null, isKey: (key: string) => boolean): DocumentList | null {
  const { sequence, keys } = Object(parseJson(text ?? ""));
  const isDocumentKey = (key: unknown) => typeof key === "string" && isKey(key) && !key.startsWith(OWN_PREFIX);
  const isList = Array.isArray(keys) && keys.length > 0 && keys.every(isDocumentKey) && isOnceEach(keys);
  return countsFromOutside(sequence) && isList ? { sequence, keys } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

/** memcached takes no blanks and no more than 250 bytes; memjs would wait forever for its answer to some of these. */
const KEY = /^[\x21-\x7e]{1,250}$/;

function isOnceEach(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length;
}

/** A few documents at a time: each becomes bytes as it is sent. */
async function inChunks(
  entries: Iterable<readonly [key: string, text: string]>,
  action: (entry: readonly [key: string, text: string]) => Promise<void>,
): Promise<void> {
  for (const chunk of chunksOf(entries)) {
    await Promise.all(chunk.map(action));
  }
}

async function inBatches<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  for (const batch of batchesOf(items)) {
    await Promise.all(batch.map(action));
  }
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH) {
    yield items.slice(start, start + BATCH);
  }
}
