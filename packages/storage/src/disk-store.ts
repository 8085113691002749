import { readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Clock, Logger, OutageLog } from "@pulseboard/runtime";
import { type DiskFailure, damaged } from "./disk-errors.ts";
import { createFile, fileNameOf, isErrno, listNumbers, readHead, readStatus, replaceStatus } from "./disk-files.ts";
import { decodePublication, encodePublication, HEAD_BYTES, sequenceOfHead } from "./disk-format.ts";
import { createDiskOperations } from "./disk-operations.ts";
import type { DocumentStore, Publication } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { assertPublication, countsFromOutside } from "./publication.ts";
import { createOutageReporter, PUBLICATION_DAMAGED, StoreError } from "./store-error.ts";

export interface DiskStoreOptions {
  /** DATA_DIR. Made when it is missing; files of other names in it are left alone. */
  readonly directory: string;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: StorageDurations;
}

/** Each means that the file was replaced between looking it up and reading it. */
const MAX_READS = 10;

interface Found {
  /** The sequences of the publications in the folder, highest first. */
  readonly sequences: readonly number[];
  /** Numbers in names of files of which nothing in them carries it: not ours, or damaged from the first byte on. */
  readonly impostors: readonly number[];
}

/**
 * Keeps the newest publication in a folder, over restarts and power cuts, as `last-known-good.<sequence>.json`, and the one
 * before it in case that one is damaged.
 *
 * Any number of processes may share the folder, without a lock that could be left behind. A publication is written
 * under a temporary name and then linked to the name of its sequence, which fails when that exists; the highest
 * sequence is the one that counts. A publisher that finds a higher one than its own afterwards was overtaken: it
 * removes its own file and says so. Only files with a lower sequence than one that is safely there are ever removed, and
 * moved aside those whose name has a number that nothing in them carries.
 *
 * The disk is optional: see disk-operations.ts for what it may cost.
 */
export function createDiskStore(options: DiskStoreOptions): DocumentStore {
  const { log, outages, clock, durations } = options;
  const directory = resolve(options.directory);
  const reported = createOutageReporter("disk", outages);
  /** Sequences whose files this store has written or read itself. */
  const known = new Set<number>();
  const saidOnce = new Set<string>();
  const { run, close } = createDiskOperations({ directory, clock, deadlineMs: durations.diskMs });

  const pathOf = (sequence: number): string => join(directory, fileNameOf(sequence));

  const sayOnce = (what: string, details: object, message: string): void => {
    if (!saidOnce.has(what)) {
      saidOnce.add(what);
      log.warn({ directory, ...details }, message);
    }
  };

  const guarded = <T>(code: DiskFailure, operation: () => Promise<T>): Promise<T> =>
    reported(code === "store_unwritable" ? 2 : 1, () => run(code, operation));

  /** Looks only as far as needed: below the first sequence that counts, names are believed until a file is read. */
  const find = async (): Promise<Found> => {
    const numbers = await listNumbers(directory);
    const impostors: number[] = [];
    for (const [index, number] of numbers.entries()) {
      if (known.has(number)) {
        return { sequences: numbers.slice(index), impostors };
      }
      const head = await readHead(pathOf(number), HEAD_BYTES);
      if (head !== null && countsFromOutside(number) && sequenceOfHead(head) === number) {
        return { sequences: numbers.slice(index), impostors };
      }
      // Null: it was replaced by a newer one meanwhile.
      if (head !== null) {
        impostors.push(number);
        sayOnce(`${number}`, { file: fileNameOf(number) }, "Not ours or damaged: the number in its name is ignored");
      }
    }
    return { sequences: [], impostors };
  };

  const read = async (): Promise<Publication | null> => {
    for (let attempt = 0; attempt < MAX_READS; attempt++) {
      const found = (await listNumbers(directory)).filter(countsFromOutside);
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
    const older = (await listNumbers(directory)).filter((sequence) => sequence < thanSequence);
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
        await moveAside(sequence, state);
      } else {
        await rm(pathOf(sequence), { force: true });
      }
    }
  };

  /** The newest damaged file is kept for an operator to look at. */
  const moveAside = async (number: number, err: Error): Promise<void> => {
    const aside = join(directory, "last-known-good.corrupt");
    try {
      await rename(pathOf(number), aside);
      log.warn({ err, movedTo: aside }, "Damaged documents replaced");
    } catch (thrown) {
      // Another process has moved it.
      if (!isErrno(thrown, "ENOENT")) {
        throw thrown;
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

  const onLimit = (err: unknown): void => {
    const code = err instanceof Error && "code" in err ? String(err.code) : "unknown";
    const syscall = err instanceof Error && "syscall" in err ? String(err.syscall) : "unknown";
    sayOnce(
      `${syscall} ${code}`,
      { err },
      "The disk cannot do all that it should; the documents are there all the same",
    );
  };

  return {
    name: "disk",
    sequence: () => guarded("store_unreadable", async () => (await find()).sequences[0] ?? 0),
    read: () => guarded("store_unreadable", read),
    readOlder: (thanSequence) => guarded("store_unreadable", () => readOlder(thanSequence)),
    publish: (publication) =>
      guarded("store_unwritable", async () => {
        assertPublication(publication);
        const { sequence } = publication;
        const before = await find();
        const [newest = 0] = before.sequences;
        if (newest >= sequence) {
          return { published: false, currentSequence: newest };
        }
        for (const number of before.impostors) {
          await moveAside(number, damaged(pathOf(number), "nothing in it carries the number in its name"));
        }

        const created = await createFile(directory, sequence, encodePublication(publication), {
          leftoverMs: durations.leftoverFileMs,
          onLimit,
        });
        known.add(sequence);
        const found = (await find()).sequences;
        const highest = Math.max(sequence, ...found);
        if (created && highest > sequence) {
          await rm(pathOf(sequence), { force: true });
        }
        if (!created || highest > sequence) {
          known.delete(sequence);
          return { published: false, currentSequence: highest };
        }
        // The publication is there, whatever happens to those before it.
        await removeOlder(found.filter((each) => each < sequence)).catch(onLimit);
        return { published: true };
      }),
    writeStatus: (text) => run("store_unwritable", () => replaceStatus(directory, text)),
    readStatus: () => run("store_unreadable", () => readStatus(directory)),
    close: async () => close(),
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
  throw damaged(path, reason);
}
