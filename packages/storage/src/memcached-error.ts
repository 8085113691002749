import { StoreError } from "./store-error.ts";

/** Turns anything that memjs rejects with into a StoreError. */
export function memcachedError(thrown: unknown, address: string): StoreError {
  if (thrown instanceof StoreError) {
    return thrown;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  // memjs has only sentences: "MemJS SET: Out of memory".
  const full = /out of memory/i.test(message);
  return new StoreError(`memcached at ${address} ${full ? "is out of memory" : "cannot be used"}: ${message}`, {
    code: full ? "store_out_of_memory" : "store_unreachable",
    retryable: true,
    hint: full
      ? "Give memcached more memory (-m)."
      : "Check that memcached runs and that MEMCACHED_SERVERS is right; nothing but the shared cache depends on it.",
    cause: thrown,
  });
}

export function memcachedTimeout(address: string, deadlineMs: number): StoreError {
  return new StoreError(`memcached at ${address} did not answer within ${deadlineMs} ms`, {
    code: "store_timeout",
    retryable: true,
  });
}
