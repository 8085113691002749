import type { Announcements } from "./document-store.ts";
import { StoreError, storeClosed } from "./store-error.ts";

/**
 * Announcements within one process. `announce` has called every listener when it resolves; when one of them threw, the
 * others were called all the same, and `announce` then throws a StoreError with the first failure as its cause.
 */
export function createMemoryAnnouncements(): Announcements {
  const listeners = new Set<{ readonly call: (sequence: number) => void }>();
  let closed = false;

  const assertOpen = (): void => {
    if (closed) {
      throw storeClosed("memory announcements");
    }
  };

  return {
    announce: async (sequence) => {
      assertOpen();
      const failures: unknown[] = [];
      for (const listener of [...listeners]) {
        try {
          listener.call(sequence);
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length === 0) {
        return;
      }
      throw new StoreError(`${failures.length} listener(s) failed on the announcement of sequence ${sequence}`, {
        code: "listener_failed",
        retryable: false,
        cause: failures[0],
      });
    },
    subscribe: (call, onListening) => {
      assertOpen();
      // An object for each subscription: the same function may subscribe twice.
      const listener = { call };
      listeners.add(listener);
      onListening?.();
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      listeners.clear();
    },
  };
}
