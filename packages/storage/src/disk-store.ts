import { readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Logger, OutageLog } from "@pulseboard/runtime";
import { createHeld, heldFileName, isErrno, listHeld } from "./disk-files.ts";
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
  /** Sequences whose files this store has itself written or read. */
  const known = new Set<number>();
  let closed = false;

  const pathOf = (sequence: number): string => join(directory, heldFileName(sequence));

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
      const held = await listHeld(directory);
      if (held.length === 0) {
        return null;
      }
      const publication = await readNewestGood(held);
      if (publication !== null) {
        return publication;
      }
    }
    throw new StoreError(`The documents in ${directory} are replaced faster than they can be read`, {
      code: "store_busy",
      retryable: true,
    });
  };

  /** The newest that can be read; null when all of them were replaced meanwhile. Throws for the newest when all are damaged. */
  const readNewestGood = async (held: readonly number[]): Promise<Publication | null> => {
    let damage: StoreError | null = null;
    for (const sequence of held) {
      try {
        const publication = await readHeld(pathOf(sequence), sequence);
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

  /** Damaged ones are passed over: it is asked for when a newer one was of no use already. */
  const readOlder = async (thanSequence: number): Promise<Publication | null> => {
    const older = (await listHeld(directory)).filter((sequence) => sequence < thanSequence);
    try {
      return await readNewestGood(older);
    } catch (thrown) {
      if (thrown instanceof StoreError && thrown.code === PUBLICATION_DAMAGED) {
        return null;
      }
      throw thrown;
    }
  };

  /** A damaged file is kept for whoever wants to know what happened; the newest one of them is enough. */
  const removeOrMoveAside = async (sequence: number): Promise<void> => {
    const path = pathOf(sequence);
    try {
      if (!known.has(sequence)) {
        await readHeld(path, sequence);
      }
      await rm(path, { force: true });
    } catch (thrown) {
      if (!(thrown instanceof StoreError)) {
        throw thrown;
      }
      const aside = join(directory, "last-known-good.corrupt");
      await rename(path, aside);
      log.warn({ err: thrown, movedTo: aside }, "Damaged documents replaced");
    }
    known.delete(sequence);
  };

  /** The newest good one stays: should what was just written be damaged one day, there is something to go back to. */
  const removeOlder = async (older: readonly number[]): Promise<void> => {
    let isOneKept = false;
    for (const sequence of older) {
      if (!isOneKept && (await isGood(sequence))) {
        isOneKept = true;
      } else {
        await removeOrMoveAside(sequence);
      }
    }
  };

  const isGood = async (sequence: number): Promise<boolean> => {
    if (known.has(sequence)) {
      return true;
    }
    try {
      return (await readHeld(pathOf(sequence), sequence)) !== null;
    } catch (thrown) {
      if (!(thrown instanceof StoreError)) {
        throw thrown;
      }
      return false;
    }
  };

  return {
    name: "disk",
    sequence: () => guarded("store_unreadable", async () => (await listHeld(directory))[0] ?? 0),
    read: () => guarded("store_unreadable", read),
    readOlder: (thanSequence) => guarded("store_unreadable", () => readOlder(thanSequence)),
    publish: (publication) =>
      guarded("store_unwritable", async () => {
        assertPublication(publication);
        const { sequence } = publication;
        const [before = 0] = await listHeld(directory);
        if (before >= sequence) {
          return { published: false, currentSequence: before };
        }

        const created = await createHeld(directory, sequence, encodePublication(publication), durations.leftoverFileMs);
        const held = await listHeld(directory);
        const highest = Math.max(sequence, ...held);
        if (created && highest > sequence) {
          await rm(pathOf(sequence), { force: true });
        }
        if (!created || highest > sequence) {
          return { published: false, currentSequence: highest };
        }

        known.add(sequence);
        await removeOlder(held.filter((each) => each < sequence));
        return { published: true };
      }),
    close: async () => {
      closed = true;
    },
  };
}

/** Null when the file is gone, replaced by a newer one. Throws a StoreError when it is damaged. */
async function readHeld(path: string, sequence: number): Promise<Publication | null> {
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
