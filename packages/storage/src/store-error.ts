import { PulseboardError } from "@pulseboard/runtime";

/** A store cannot do what it was asked. The message names the store, and the folder or address. */
export class StoreError extends PulseboardError {}

/** The code of the error when all that is there is damaged: the store works, and what lies in it is of no use. */
export const PUBLICATION_DAMAGED = "publication_damaged";

/** What a store says after it was closed. */
export function storeClosed(store: string): StoreError {
  return new StoreError(`The ${store} store is closed`, { code: "store_closed", retryable: false });
}
