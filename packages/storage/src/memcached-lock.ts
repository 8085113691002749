import type { Clock, Logger } from "@pulseboard/runtime";
import type { MemcachedClient } from "./memcached-client.ts";
import { StoreError } from "./store-error.ts";

export interface MemcachedLockContext {
  readonly client: MemcachedClient;
  readonly clock: Clock;
  readonly log: Logger;
}

const LOCK_KEY = "pulseboard:lock";
/** memcached counts in whole seconds, by a clock of its own: the lock lasts for 4 to 5 s. */
const LOCK_EXPIRES_S = 5;
/** Within this, whoever holds the lock must have written; it is surely still its own then. */
const HOLD_MS = 3000;
const WAIT_MS = 2000;
const RETRY_MS = 10;

/**
 * Runs `action` while no other process does, as far as memcached can tell: a lock is an item like any other, which
 * expires, and which a flush removes. `action` calls `assertInTime` before the step that makes its work count.
 * Throws a StoreError "store_busy" when another holds the lock for too long, which happens for some seconds after a
 * publisher died.
 */
export async function withMemcachedLock<T>(
  { client, clock, log }: MemcachedLockContext,
  action: (assertInTime: () => void) => Promise<T>,
): Promise<T> {
  const startMs = clock.monotonicMs();
  let askedMs = startMs;
  while (!(await client.add(LOCK_KEY, "publishing", LOCK_EXPIRES_S))) {
    if (clock.monotonicMs() - startMs > WAIT_MS) {
      throw busy(client.address, "another process publishes");
    }
    await clock.sleep(RETRY_MS);
    askedMs = clock.monotonicMs();
  }

  const isOurs = (): boolean => clock.monotonicMs() - askedMs < HOLD_MS;
  try {
    return await action(() => {
      if (!isOurs()) {
        throw busy(client.address, `writing took longer than ${HOLD_MS} ms`);
      }
    });
  } finally {
    // Past its time it may be another's by now. If memcached is away, it expires by itself.
    if (isOurs()) {
      await client.delete(LOCK_KEY).catch((err: unknown) => log.debug({ err }, "Lock in memcached not given back"));
    }
  }
}

function busy(address: string, reason: string): StoreError {
  return new StoreError(`memcached at ${address} could not be written: ${reason}`, {
    code: "store_busy",
    retryable: true,
  });
}
