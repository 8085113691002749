import type { Clock, Logger } from "@pulseboard/runtime";
import type { DocumentStore, Publication, PublishOutcome } from "./document-store.ts";
import { createMemcachedClient, type MemcachedClient } from "./memcached-client.ts";
import { withMemcachedLock } from "./memcached-lock.ts";
import { decodeManifest, digestOf, encodeManifest, type Manifest } from "./memcached-manifest.ts";
import { assertPublication, badPublication } from "./publication.ts";
import { StoreError, storeClosed } from "./store-error.ts";

export interface MemcachedStoreOptions {
  /** "host:port" of each, at least one. */
  readonly servers: readonly string[];
  readonly log: Logger;
  readonly clock: Clock;
}

export interface MemcachedStore extends DocumentStore {
  /** How often a call failed so far, by the code of the error. */
  failures(): ReadonlyMap<string, number>;
}

const MANIFEST_KEY = "pulseboard:manifest";
/** 59 were measured, beside the key itself (memcached 1.6.18). */
const ITEM_OVERHEAD_BYTES = 100;
/** So many documents are on their way at once: each must be through within the client's deadline. */
const BATCH = 50;

/**
 * Keeps the newest publication in memcached: a cache that other programs share, never the only copy. The documents lie
 * under their own keys; a manifest with their digests is written last, so that a set which is only partly there, be it
 * half written, half evicted or flushed, reads as nothing rather than as a mixture.
 *
 * Promised: a reader never gets a mixture, and never an older publication after a newer one while publishers run at their
 * normal speed (they exclude each other by a lock that expires after 5 s). Not promised: that there is anything to read
 * at a given moment (also while a publication is written), nor compare-and-set after the manifest was evicted or flushed,
 * nor against a publisher that is stopped for seconds between taking the lock and writing, or whose lock was flushed. A document beyond the
 * server's item limit is left out, with one log line, and the set reads as nothing; the others are there for programs
 * that read single keys.
 */
export function createMemcachedStore({ servers, log, clock }: MemcachedStoreOptions): MemcachedStore {
  const client = createMemcachedClient({ servers, log, clock });
  const failures = new Map<string, number>();
  const tooLarge = new Set<string>();
  let closed = false;

  const counted = async <T>(action: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw storeClosed("memcached");
    }
    try {
      return await action();
    } catch (thrown) {
      if (thrown instanceof StoreError) {
        failures.set(thrown.code, (failures.get(thrown.code) ?? 0) + 1);
      }
      throw thrown;
    }
  };

  const readManifest = async (): Promise<Manifest | null> => decodeManifest(await client.get(MANIFEST_KEY));

  const writeOrLeaveOut = async (key: string, text: string, maxItemBytes: number): Promise<void> => {
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(text) + ITEM_OVERHEAD_BYTES;
    if (bytes <= maxItemBytes) {
      await client.set(key, text);
      tooLarge.delete(key);
      return;
    }
    if (!tooLarge.has(key)) {
      const hint = "Start memcached with a larger item size (-I).";
      log.warn({ key, bytes, maxItemBytes, hint }, "Too large for memcached: left out");
    }
    tooLarge.add(key);
    // What lies there is an older one.
    await client.delete(key);
  };

  const publish = async (publication: Publication, assertInTime: () => void): Promise<PublishOutcome> => {
    const { sequence, documents } = publication;
    const before = await readManifest();
    if (before !== null && before.sequence >= sequence) {
      return { published: false, currentSequence: before.sequence };
    }
    const maxItemBytes = await client.maxItemBytes();
    await inBatches([...documents], ([key, text]) => writeOrLeaveOut(key, text, maxItemBytes));
    const digests = new Map([...documents].map(([key, text]) => [key, digestOf(text)]));
    assertInTime();
    await client.set(MANIFEST_KEY, encodeManifest({ sequence, digests }));
    const gone = [...(before?.digests.keys() ?? [])].filter((key) => !documents.has(key));
    await inBatches(gone, (key) => client.delete(key));
    return { published: true };
  };

  return {
    name: "memcached",
    failures: () => new Map(failures),
    sequence: () => counted(async () => (await readManifest())?.sequence ?? 0),
    read: () =>
      counted(async () => {
        const manifest = await readManifest();
        return manifest === null ? null : readDocuments(client, manifest);
      }),
    publish: (publication) =>
      counted(async () => {
        assertPublication(publication);
        assertKeys(publication);
        return withMemcachedLock({ client, clock, log }, (assertInTime) => publish(publication, assertInTime));
      }),
    close: async () => {
      closed = true;
      client.close();
    },
  };
}

async function readDocuments(client: MemcachedClient, manifest: Manifest): Promise<Publication | null> {
  const documents = new Map<string, string>();
  await inBatches([...manifest.digests], async ([key, digest]) => {
    const text = await client.get(key);
    if (text !== null && digestOf(text) === digest) {
      documents.set(key, text);
    }
  });
  return documents.size === manifest.digests.size ? { sequence: manifest.sequence, documents } : null;
}

/** memcached takes no blanks and no more than 250 bytes; memjs would wait for ever for its answer to some of these. */
function assertKeys({ documents }: Publication): void {
  const bad = [...documents.keys()].find((key) => !/^[\x21-\x7e]{1,250}$/.test(key));
  if (bad !== undefined) {
    throw badPublication(`memcached has no keys like ${JSON.stringify(bad.slice(0, 80))}`);
  }
}

async function inBatches<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    await Promise.all(items.slice(start, start + BATCH).map(action));
  }
}
