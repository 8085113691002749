import { readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Logger, OutageLog } from "@pulseboard/runtime";
import { createFile, fileNameOf, isErrno, listSequences } from "./disk-files.ts";
import { decodePublication, encodePublication } from "./disk-format.ts";
import type { DocumentStore, Publication } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { assertPublication } from "./publication.ts";
import { createOutageReporter, PUBLICATION_DAMAGED, StoreError, storeClosed } from "./store-error.ts";

export interface DiskStoreOptions {
  /** DATA_DIR. Made when it is missing; files of other names in it are left alone. */
  readonly directory: string;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly durations: StorageDurations;
}

/** Each means that the file was replaced between looking it up and reading it. */
const MAX_READS = 10;

/**
 * Keeps the newest publication in a folder, over restarts and power cuts, as `last-known-good.<sequence>.json`, and the one
 * before it in case that one is damaged.
 *
 * Any number of processes may share the folder, without a lock that could be left behind. A publication is written
 * under a temporary name and then linked to the name of its sequence, which fails when that exists; the highest
 * sequence is the one that counts. A publisher that finds a higher one than its own afterwards was overtaken: it
 * removes its own file and says so. Only files with a lower sequence than one that is safely there are ever removed.
 */
export function createDiskStore(options: DiskStoreOptions): DocumentStore {
  const { log, outages, durations } = options;
  const directory = resolve(options.directory);
  const reported = createOutageReporter("disk", outages);
  /** Sequences whose files this store has written or read itself. */
  const known = new Set<number>();
  let closed = false;

  const pathOf = (sequence: number): string => join(directory, fileNameOf(sequence));

  const guarded = <T>(code: "store_unreadable" | "store_unwritable", operation: () => Promise<T>): Promise<T> =>
    reported(code === "store_unwritable" ? 2 : 1, async () => {
      if (closed) {
        throw storeClosed("disk");
      }
      try {
        return await operation();
      } catch (thrown) {
        throw thrown instanceof StoreError ? thrown : directoryError(directory, code, thrown);
      }
    });

  const read = async (): Promise<Publication | null> => {
    for (let attempt = 0; attempt < MAX_READS; attempt++) {
      const found = await listSequences(directory);
      if (found.length === 0) {
        return null;
      }
      const publication = await readNewestGood(found);
      if (publication !== null) {
        return publication;
      }
    }
    throw new StoreError(`The documents in ${directory} are replaced faster than they can be read`, {
      code: "store_busy",
      retryable: true,
    });
  };

  /** Reads the newest good one; null when all were replaced meanwhile. Throws for the newest when all are damaged. */
  const readNewestGood = async (sequences: readonly number[]): Promise<Publication | null> => {
    let damage: StoreError | null = null;
    for (const sequence of sequences) {
      try {
        const publication = await readFileOf(pathOf(sequence), sequence);
        if (publication === null) {
          continue;
        }
        known.add(sequence);
        return publication;
      } catch (thrown) {
        if (!(thrown instanceof StoreError)) {
          throw thrown;
        }
        damage ??= thrown;
      }
    }
    if (damage !== null) {
      throw damage;
    }
    return null;
  };

  /** Passes over damaged files: the caller asks because a newer one was of no use already. */
  const readOlder = async (thanSequence: number): Promise<Publication | null> => {
    const older = (await listSequences(directory)).filter((sequence) => sequence < thanSequence);
    try {
      return await readNewestGood(older);
    } catch (thrown) {
      if (thrown instanceof StoreError && thrown.code === PUBLICATION_DAMAGED) {
        return null;
      }
      throw thrown;
    }
  };

  /** Keeps the newest good one: if the file that was just written is damaged one day, there is something to go back to. */
  const removeOlder = async (older: readonly number[]): Promise<void> => {
    let isOneKept = false;
    for (const sequence of older) {
      const state = known.has(sequence) ? "good" : await check(sequence);
      if (state === "good" && !isOneKept) {
        isOneKept = true;
        continue;
      }
      known.delete(sequence);
      if (state instanceof StoreError) {
        // The newest damaged file is kept for an operator to look at.
        const aside = join(directory, "last-known-good.corrupt");
        await rename(pathOf(sequence), aside);
        log.warn({ err: state, movedTo: aside }, "Damaged documents replaced");
      } else {
        await rm(pathOf(sequence), { force: true });
      }
    }
  };

  const check = async (sequence: number): Promise<"good" | "gone" | StoreError> => {
    try {
      return (await readFileOf(pathOf(sequence), sequence)) === null ? "gone" : "good";
    } catch (thrown) {
      if (thrown instanceof StoreError) {
        return thrown;
      }
      throw thrown;
    }
  };

  return {
    name: "disk",
    sequence: () => guarded("store_unreadable", async () => (await listSequences(directory))[0] ?? 0),
    read: () => guarded("store_unreadable", read),
    readOlder: (thanSequence) => guarded("store_unreadable", () => readOlder(thanSequence)),
    publish: (publication) =>
      guarded("store_unwritable", async () => {
        assertPublication(publication);
        const { sequence } = publication;
        const [before = 0] = await listSequences(directory);
        if (before >= sequence) {
          return { published: false, currentSequence: before };
        }

        const created = await createFile(directory, sequence, encodePublication(publication), durations.leftoverFileMs);
        const found = await listSequences(directory);
        const highest = Math.max(sequence, ...found);
        if (created && highest > sequence) {
          await rm(pathOf(sequence), { force: true });
        }
        if (!created || highest > sequence) {
          return { published: false, currentSequence: highest };
        }

        known.add(sequence);
        await removeOlder(found.filter((each) => each < sequence));
        return { published: true };
      }),
    close: async () => {
      closed = true;
    },
  };
}

/** Null when the file is gone, replaced by a newer one. Throws a StoreError when it is damaged. */
async function readFileOf(path: string, sequence: number): Promise<Publication | null> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) {
      return null;
    }
    throw error;
  });
  if (text === null) {
    return null;
  }
  const decoded = decodePublication(text);
  if (typeof decoded !== "string" && decoded.sequence === sequence) {
    return decoded;
  }
  const reason = typeof decoded === "string" ? decoded : `it holds sequence ${decoded.sequence}`;
  throw new StoreError(`${path} is damaged: ${reason}`, {
    code: PUBLICATION_DAMAGED,
    retryable: false,
    hint: "Nothing needs to be done: the next refresh replaces it. If it happens again, check the disk.",
  });
}

function directoryError(directory: string, code: "store_unreadable" | "store_unwritable", cause: unknown): StoreError {
  const errno = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(errno);
  const verb = code === "store_unwritable" ? "write to" : "read";
  return new StoreError(`Cannot ${verb} ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: full ? "disk_full" : code,
    retryable: !["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOTSUP"].includes(errno),
    hint: hintFor(full, cause),
    cause,
  });
}

function hintFor(full: boolean, cause: unknown): string {
  if (full) {
    return "Free some space there, or point DATA_DIR to another disk.";
  }
  return isErrno(cause, "EPERM") && "syscall" in cause && cause.syscall === "link"
    ? "DATA_DIR must be on a file system with hard links (not FAT or exFAT)."
    : "DATA_DIR must be a folder that this user may read and write.";
}
