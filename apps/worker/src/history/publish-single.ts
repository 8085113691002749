import { type Clock, type Logger, type Metrics, type OutageLog, PulseboardError } from "@pulseboard/runtime";
import {
  boundStore,
  type DocumentStore,
  type SingleDocument,
  type StorageDurations,
  StoreError,
} from "@pulseboard/storage";

export interface PublishSingleOptions {
  readonly stores: readonly DocumentStore[];
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly storageDurations: StorageDurations;
}

/** A document is gone from Redis and memcached so long after its last publication. */
const LIFETIME_MS = 7 * 86_400_000;

/**
 * Creates what publishes a document with a publication of its own to every store that keeps such. Resolves with false when no store
 * took it; each failure is counted, and said by the log of outages.
 */
export function createPublishSingle(options: PublishSingleOptions): (document: SingleDocument) => Promise<boolean> {
  const { metrics, log, storageDurations: durations } = options;
  const stores = options.stores
    .filter(({ publishSingle }) => publishSingle !== undefined)
    .map((store) => boundStore(store, { ...options, durations }));
  const [caches, others] = [stores.filter(({ isCache }) => isCache), stores.filter(({ isCache }) => !isCache)];

  const publishTo = async (store: DocumentStore, document: SingleDocument) => {
    try {
      const outcome = await store.publishSingle?.(document, LIFETIME_MS);
      return outcome?.published === true ? "published" : "superseded";
    } catch (err) {
      const code = err instanceof PulseboardError ? err.code : "unexpected";
      metrics.storeErrors.inc({ store: store.name, operation: "publish", code });
      log.debug({ err, store: store.name, key: document.key }, "Not published to this store");
      return err instanceof StoreError && err.code === "store_denied" ? "denied" : "failed";
    }
  };

  return async (document) => {
    const outcomes = await Promise.all(others.map((store) => publishTo(store, document)));
    // A cache does not compare; and beside a store that does not let us in, it belongs to another installation.
    if (outcomes.includes("superseded") || outcomes.includes("denied")) {
      return false;
    }
    outcomes.push(...(await Promise.all(caches.map((store) => publishTo(store, document)))));
    return outcomes.includes("published");
  };
}

/** The newest of a single document that any store holds; null when there is none, or none can be read. */
export async function readNewestSingle(
  key: string,
  { stores, storageDurations: durations, ...tools }: PublishSingleOptions,
): Promise<SingleDocument | null> {
  const read = async (store: DocumentStore): Promise<SingleDocument | null> => {
    try {
      return (await boundStore(store, { ...tools, durations }).readSingle?.(key)) ?? null;
    } catch (err) {
      tools.log.debug({ err, store: store.name, key }, "Not read from this store");
      return null;
    }
  };
  const found = (await Promise.all(stores.map(read))).filter((document) => document !== null);
  return found.toSorted((a, b) => b.sequence - a.sequence)[0] ?? null;
}
