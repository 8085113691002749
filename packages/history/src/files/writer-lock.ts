import { randomUUID } from "node:crypto";
import { type FileHandle, link, lstat, mkdir, open, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { isErrno } from "@pulseboard/storage/disk-files";
import type { HistoryDurations } from "../domain/durations.ts";
import { namesIn } from "./place.ts";
import { orNullWithout, type RunOnDisk } from "./whole-files.ts";

/** The right to write one history. */
export interface WriterLock {
  /** True: this process has it, from now on. False: another one has. Throws a StoreError. */
  take(): Promise<boolean>;
  release(): void;
}

export interface WriterLockOptions {
  readonly folder: string;
  readonly run: RunOnDisk;
  readonly durations: Pick<HistoryDurations, "lockMs">;
}

const NUMBERED = /^writer\.([1-9]\d{0,14})$/;
const TEMPORARY = /^writer-.*\.tmp$/;
/** A socket's address has room for 107 bytes, on some systems for 103. */
const MAX_ADDRESS_BYTES = 100;
const NOBODY_LISTENS = ["ECONNREFUSED", "ENOENT", "ENOTSOCK"];

/**
 * A lock that ends with its owner, however that ends: the owner listens on a socket `writer.<number>` in the folder, and of the highest
 * number the system knows whether somebody listens. No process number is compared, which another process or container may have too, and
 * no time, which a process that stands still would miss. Containers that share the folder share the lock; machines that do do not.
 *
 * Whoever finds that nobody listens at the highest number links a socket of its own to the next one, which only one can. Whoever then
 * finds a still higher one has come too late. The highest is never removed, so that no number is given twice.
 */
export function createWriterLock({ folder, run, durations }: WriterLockOptions): WriterLock {
  let held: { readonly server: Server; readonly file: string; readonly inode: number } | null = null;

  const inodeOf = async (file: string): Promise<number | null> =>
    (await run("store_unreadable", () => orNullWithout(() => lstat(file))))?.ino ?? null;

  /** Also false when somebody has emptied the folder: then another one can take the lock, and so must we. */
  const isStillHeld = async (): Promise<boolean> => {
    if (held === null) {
      return false;
    }
    const { file, server, inode } = held;
    if ((await inodeOf(file)) === inode) {
      return true;
    }
    server.close();
    held = null;
    return false;
  };

  const highest = async (): Promise<number> => {
    const names = await run("store_unwritable", () => namesIn(folder));
    return Math.max(0, ...names.map((name) => Number(NUMBERED.exec(name)?.[1] ?? 0)));
  };

  const claim = async (number: number, folderAddress: string): Promise<Server | null> => {
    const temporary = `writer-${randomUUID().slice(0, 8)}.tmp`;
    const server = await run("store_unwritable", () => listen(join(folderAddress, temporary)));
    const own = join(folder, `writer.${number}`);
    let isMine = false;
    try {
      isMine = await run("store_unwritable", () => linkUnlessThere(join(folder, temporary), own));
      await run("store_unwritable", () => rm(join(folder, temporary), { force: true }));
      if (isMine && (await highest()) > number) {
        isMine = false;
        await run("store_unwritable", () => rm(own, { force: true }));
      }
      return isMine ? server : null;
    } finally {
      if (!isMine) {
        server.close();
      }
    }
  };

  const removeOlder = (number: number): Promise<void> =>
    run("store_unwritable", async () => {
      for (const name of await namesIn(folder)) {
        if (TEMPORARY.test(name) || Number(NUMBERED.exec(name)?.[1] ?? number) < number) {
          await rm(join(folder, name), { force: true });
        }
      }
    });

  const take = async (): Promise<boolean> => {
    if (await isStillHeld()) {
      return true;
    }
    await run("store_unwritable", () => mkdir(folder, { recursive: true, mode: 0o700 }));
    const before = await highest();
    return withShortAddress(folder, run, async (address) => {
      if (before > 0 && (await somebodyListens(join(address, `writer.${before}`), durations.lockMs))) {
        return false;
      }
      const server = await claim(before + 1, address);
      if (server === null) {
        return false;
      }
      const file = join(folder, `writer.${before + 1}`);
      held = { server, file, inode: (await inodeOf(file)) ?? 0 };
      await removeOlder(before + 1);
      return true;
    });
  };

  let taking: Promise<boolean> | null = null;
  return {
    take: () => {
      // Asked twice at once, it must not stand in its own way.
      taking ??= take().finally(() => {
        taking = null;
      });
      return taking;
    },
    release: () => {
      held?.server.close();
      held = null;
    },
  };
}

/** On Linux a folder that is open has a short name too. */
async function withShortAddress<T>(folder: string, run: RunOnDisk, use: (address: string) => Promise<T>): Promise<T> {
  const longest = join(folder, `writer-${"x".repeat(12)}.tmp`);
  if (process.platform !== "linux" || Buffer.byteLength(longest) <= MAX_ADDRESS_BYTES) {
    return use(folder);
  }
  const opened: FileHandle = await run("store_unwritable", () => open(folder, "r"));
  try {
    return await use(`/proc/self/fd/${opened.fd}`);
  } finally {
    await opened.close();
  }
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // There is one already; or whoever was faster has removed ours.
    if (isErrno(error, "EEXIST") || isErrno(error, "ENOENT")) {
      return false;
    }
    throw error;
  }
}

/** Whoever may not be asked, or does not answer, is alive. */
function somebodyListens(address: string, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const answer = (isAlive: boolean): void => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.setTimeout(deadlineMs, () => answer(true));
    socket.once("connect", () => answer(true));
    socket.once("error", (error) => answer(!NOBODY_LISTENS.some((code) => isErrno(error, code))));
  });
}
