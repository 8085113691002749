import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CANNOT_SYNC, isErrno, syncDirectory } from "@pulseboard/storage/disk-files";
import type { DiskOperations } from "@pulseboard/storage/disk-operations";

/** The way to the disk: one step after the other, each with a deadline. */
export type RunOnDisk = DiskOperations["run"];

/** A file that is written bit by bit, and has its name only when it is whole. */
export interface FileInMaking {
  write(bytes: Buffer): Promise<void>;
  /** Syncs it and gives it its name. */
  finish(): Promise<void>;
  /** Removes what there is of it. */
  discard(): Promise<void>;
}

/** Begins a file under a temporary name, in place of one that a process which was killed has left. */
export async function makeFile(path: string, run: RunOnDisk): Promise<FileInMaking> {
  const temporary = `${path}.tmp`;
  const file = await run("store_unwritable", () => open(temporary, "w", 0o600));
  return {
    write: (bytes) => run("store_unwritable", () => writeAll(file, bytes)),
    finish: async () => {
      try {
        await run("store_unwritable", () => dataSync(file));
      } finally {
        await file.close();
      }
      await run("store_unwritable", () => rename(temporary, path));
      await run("store_unwritable", () => syncNames(dirname(path)));
    },
    discard: async () => {
      await file.close();
      await run("store_unwritable", () => rm(temporary, { force: true }));
    },
  };
}

/** Writes all of it: a disk that is nearly full takes a part without saying so. */
export async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at)).bytesWritten;
  }
}

/** Makes what was written durable, as far as the file system can. */
export async function dataSync(file: FileHandle): Promise<void> {
  await file.datasync().catch(throwUnlessUnable);
}

/** Makes new names in a folder durable, as far as the file system can. */
export async function syncNames(folder: string): Promise<void> {
  await syncDirectory(folder).catch(throwUnlessUnable);
}

function throwUnlessUnable(error: unknown): void {
  if (!CANNOT_SYNC.some((code) => isErrno(error, code))) {
    throw error;
  }
}

/** Null when there is no such file. */
export async function readWhole(path: string): Promise<Buffer | null> {
  return orNullWithout(() => readFile(path));
}

const WINDOW_BYTES = 1024 * 1024;

/** SHA-256 of a file, hex, read window by window: whatever lies under its name may be large. Null when there is no such file. */
export async function hashFile(path: string, run: RunOnDisk): Promise<string | null> {
  const file = await run("store_unreadable", () => orNullWithout(() => open(path, "r")));
  if (file === null) {
    return null;
  }
  try {
    const hash = createHash("sha256");
    const window = Buffer.allocUnsafe(WINDOW_BYTES);
    for (;;) {
      const { bytesRead } = await run("store_unreadable", () => file.read(window, 0, WINDOW_BYTES));
      if (bytesRead === 0) {
        return hash.digest("hex");
      }
      hash.update(window.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Null where the file or its folder is missing. */
export async function orNullWithout<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (isErrno(error, "ENOENT")) {
      return null;
    }
    throw error;
  }
}
