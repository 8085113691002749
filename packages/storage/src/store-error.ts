import { PulseboardError } from "@pulseboard/runtime";

/** A store cannot do what it was asked. The message names the store, and the folder or address. */
export class StoreError extends PulseboardError {}

/** What a store says after it was closed. */
export function storeClosed(store: string): StoreError {
  return new StoreError(`The ${store} store is closed`, { code: "store_closed", retryable: false });
}
