import { type Clock, withTimeout } from "@pulseboard/runtime";
import { type DiskFailure, directoryError, diskHangs } from "./disk-errors.ts";
import { StoreError, storeClosed } from "./store-error.ts";

export interface DiskOperationsOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** An operation that takes longer has failed. */
  readonly deadlineMs: number;
}

/** The way to the file system for everything that a store does there. */
export interface DiskOperations {
  /** @throws StoreError, whatever the file system says; `code` where nothing more telling is known */
  run<T>(code: DiskFailure, operation: () => Promise<T>): Promise<T>;
  /** From now on nothing is begun. */
  close(): void;
}

/**
 * The disk is optional: one operation runs at a time, each has a deadline, and while one that missed it has not come back, further
 * ones fail at once. Each would hold one of the few threads that Node has for files and names.
 */
export function createDiskOperations({ directory, clock, deadlineMs }: DiskOperationsOptions): DiskOperations {
  let hanging = 0;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const inTime = <T>(operation: () => Promise<T>): Promise<T> => {
    const working = operation();
    return withTimeout(() => working, {
      clock,
      ms: deadlineMs,
      onTimeout: () => {
        hanging += 1;
        const comesBack = (): void => {
          hanging -= 1;
        };
        working.then(comesBack, comesBack);
        throw diskHangs(directory, deadlineMs);
      },
    });
  };

  const runNow = async <T>(code: DiskFailure, operation: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw storeClosed("disk");
    }
    if (hanging > 0) {
      throw diskHangs(directory, deadlineMs);
    }
    try {
      return await inTime(operation);
    } catch (thrown) {
      throw thrown instanceof StoreError ? thrown : directoryError(directory, code, thrown);
    }
  };

  return {
    // One at a time: those that a start asks for at once would hold all threads, and answers are compressed on them too.
    run: (code, operation) => {
      const turn = last.then(() => runNow(code, operation));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => {
      closed = true;
    },
  };
}
