import { type Clock, type OutageLog, withTimeout } from "@pulseboard/runtime";
import type { DocumentStore } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { StoreError } from "./store-error.ts";

export interface StoreBound {
  /** Called with the store's name as a call begins, and the function that it returns when the call has ended or was given up. */
  readonly begins?: ((store: string) => () => void) | undefined;
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: Pick<StorageDurations, "storeHangsMs">;
}

/**
 * The same store for callers who must not rest on its own deadlines: each call is given up after `storeHangsMs` with the StoreError
 * "store_timeout". Redis and memcached give up earlier by themselves.
 */
export function boundStore(store: DocumentStore, { begins, outages, clock, durations }: StoreBound): DocumentStore {
  const { name, readOlder, publishSingle, readSingle, readStatus } = store;
  const inTime = async <T>(call: () => Promise<T>): Promise<T> => {
    const ended = begins?.(name);
    try {
      return await withTimeout(call, {
        clock,
        ms: durations.storeHangsMs,
        onTimeout: () => {
          const error = hangs(name, durations.storeHangsMs);
          outages.failed(name, error);
          throw error;
        },
      });
    } finally {
      ended?.();
    }
  };
  return {
    ...store,
    sequence: () => inTime(() => store.sequence()),
    read: () => inTime(() => store.read()),
    ...(readOlder !== undefined && { readOlder: (thanSequence) => inTime(() => readOlder(thanSequence)) }),
    publish: (publication) => inTime(() => store.publish(publication)),
    ...(publishSingle !== undefined && {
      publishSingle: (document, lifetimeMs) => inTime(() => publishSingle(document, lifetimeMs)),
    }),
    ...(readSingle !== undefined && { readSingle: (key) => inTime(() => readSingle(key)) }),
    ...(readStatus !== undefined && { readStatus: () => inTime(() => readStatus()) }),
  };
}

function hangs(store: string, ms: number): StoreError {
  return new StoreError(`${store} has not answered for ${ms} ms`, {
    code: "store_timeout",
    retryable: true,
    hint: "The refresh goes on with the other stores.",
  });
}
