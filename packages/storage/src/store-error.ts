import { type ErrorCode, type OutageLog, PulseboardError } from "@pulseboard/runtime";

/** A store could not carry out an operation. The message names the store, and the folder or address. */
export class StoreError extends PulseboardError {}

/** The code of the error when the store works and the documents in it are damaged. */
export const PUBLICATION_DAMAGED = "publication_damaged";

/** The error of a store that was used after it was closed. */
export function storeClosed(store: string): StoreError {
  return new StoreError(`The ${store} store is closed`, { code: "store_closed", retryable: false });
}

/** Codes that say nothing about whether the store can be used. */
const NO_OUTAGE: readonly ErrorCode[] = [PUBLICATION_DAMAGED, "bad_publication", "store_busy", "store_closed"];

/** Runs an operation of a store and reports its success or failure to the outage log. */
export type ReportedOperation = <T>(reach: number, operation: () => Promise<T>) => Promise<T>;

/**
 * Creates what reports the outages of the store `what`. The `reach` of an operation is a number: an operation that works
 * proves the same of all with the same or a lower one. So a disk that can be read but not written stays unavailable until
 * it was written.
 */
export function createOutageReporter(what: string, outages: OutageLog): ReportedOperation {
  let failedReach = 0;
  return async (reach, operation) => {
    try {
      const result = await operation();
      if (reach >= failedReach) {
        failedReach = 0;
        outages.works(what);
      }
      return result;
    } catch (thrown) {
      // Anything else than a StoreError is a defect; the store is as unusable with it.
      if (!(thrown instanceof StoreError && NO_OUTAGE.includes(thrown.code))) {
        failedReach = Math.max(failedReach, reach);
        outages.failed(what, thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
      throw thrown;
    }
  };
}
