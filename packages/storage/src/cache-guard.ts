import type { Logger } from "@pulseboard/runtime";
import type { DocumentStore } from "./document-store.ts";
import { StoreError } from "./store-error.ts";

/** Keeps caches from what a store that does not let us in would have kept from itself. */
export interface CacheGuard {
  /** Asks a store, and keeps in mind whether it lets us in. */
  ask<T>(store: DocumentStore, question: () => Promise<T>): Promise<T>;
  /** Whether caches are to be left alone now; logs when that begins and when it ends. */
  isClosed(): boolean;
}

/**
 * A store that denies us access is not ours, and so the cache beside it is not ours either: a copy of an installation with a wrong
 * password must not publish into the cache of the other one. One that is away is no reason: readers then live on the cache.
 */
export function createCacheGuard(log: Logger): CacheGuard {
  /** Stores whose last word to us was that they do not let us in: one that went away since has said nothing else. */
  const denying = new Set<string>();
  let wasClosed = false;
  return {
    ask: async ({ name }, question) => {
      try {
        const answer = await question();
        denying.delete(name);
        return answer;
      } catch (thrown) {
        if (thrown instanceof StoreError && thrown.code === "store_denied") {
          denying.add(name);
        }
        throw thrown;
      }
    },
    isClosed: () => {
      const isClosed = denying.size > 0;
      if (isClosed && !wasClosed) {
        const hint = "Check REDIS_URL. Installations that share Redis and memcached need a KEY_PREFIX each.";
        const details = { denying: [...denying], hint };
        log.warn(details, "Nothing is published to caches, as a store beside them does not let us in");
      }
      if (!isClosed && wasClosed) {
        log.info("Caches are published to again");
      }
      wasClosed = isClosed;
      return isClosed;
    },
  };
}
