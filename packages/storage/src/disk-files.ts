import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILE = /^last-known-good\.([1-9]\d{0,15})\.json$/;
/** What a file system says that has no such thing. Any other failure means that the bytes may not be there. */
export const CANNOT_SYNC: readonly string[] = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM"];
/** It is a folder, somebody else's, or on a bad sector. */
const UNREADABLE = ["EISDIR", "EACCES", "EPERM", "EIO"];
const TEMPORARY = /^last-known-good\.\d+\.\d+\.tmp$/;

/** The file of one publication: its sequence is in the name, so that it is known without reading the file. */
export function fileNameOf(sequence: number): string {
  return `last-known-good.${sequence}.json`;
}

/** The numbers in the names of all publications in the folder, highest first; none when there is no folder. */
export async function listNumbers(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) {
      return [];
    }
    throw error;
  });
  return names
    .map((name) => Number(FILE.exec(name)?.[1]))
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a);
}

/** Reads the first bytes of the file of one publication: null when it is gone, "" when it cannot be read at all. */
export async function readHead(path: string, bytes: number): Promise<string | null> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isErrno(error, "ENOENT")) {
      return null;
    }
    if (UNREADABLE.some((code) => isErrno(error, code))) {
      return "";
    }
    throw error;
  }
}

/**
 * Puts a whole file, written piece by piece, under the name of its sequence, or finds that there is one already and returns false. Even if it is
 * interrupted, nobody ever sees a part of a file under that name.
 *
 * @param onLimit told of what this disk cannot do and the publication can do without: once the file is there, it counts
 */
export async function createFile(
  directory: string,
  sequence: number,
  pieces: Iterable<string>,
  { leftoverMs, onLimit }: { readonly leftoverMs: number; readonly onLimit: (error: unknown) => void },
): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = await writeTemporary(directory, sequence, pieces, onLimit);
  try {
    // Unlike a rename, a link never replaces: of two processes with one sequence, one finds out.
    await link(temporary, join(directory, fileNameOf(sequence)));
  } catch (error) {
    if (isErrno(error, "EEXIST")) {
      return false;
    }
    throw error;
  } finally {
    await removeLeftovers(directory, temporary, leftoverMs).catch(onLimit);
    await rm(temporary, { force: true }).catch(onLimit);
  }
  await syncDirectory(directory).catch(onLimit);
  return true;
}

const STATUS_FILE = "worker-status.json";

/** Replaces the worker's word about itself. Not synced: after a power cut there is no worker of which it would be true. */
export async function replaceStatus(directory: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, `${STATUS_FILE}.tmp`);
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, join(directory, STATUS_FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads it; null when there is none. */
export async function readStatus(directory: string): Promise<string | null> {
  try {
    return await readFile(join(directory, STATUS_FILE), "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) {
      return null;
    }
    throw error;
  }
}

async function writeTemporary(
  directory: string,
  sequence: number,
  pieces: Iterable<string>,
  onLimit: (error: unknown) => void,
): Promise<string> {
  for (let number = 0; ; number++) {
    const path = join(directory, `last-known-good.${sequence}.${number}.tmp`);
    const file = await open(path, "wx", 0o600).catch((error: unknown) => {
      if (isErrno(error, "EEXIST") && number < 100) {
        return null;
      }
      throw error;
    });
    if (file === null) {
      continue;
    }
    try {
      // One after the other, each with its own turn of the event loop.
      await writeFile(file, pieces);
      await file.sync().catch((error: unknown) => {
        if (!CANNOT_SYNC.some((code) => isErrno(error, code))) {
          throw error;
        }
        onLimit(error);
      });
      return path;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }
}

async function removeLeftovers(directory: string, fresh: string, leftoverMs: number): Promise<void> {
  // Compared with the file system's own idea of now: its clock may be another machine's.
  const nowMs = (await stat(fresh)).mtimeMs;
  for (const name of (await readdir(directory)).filter((each) => TEMPORARY.test(each))) {
    const path = join(directory, name);
    const modifiedMs = await stat(path).then(
      (found) => found.mtimeMs,
      (error: unknown) => {
        if (isErrno(error, "ENOENT")) {
          return nowMs;
        }
        throw error;
      },
    );
    if (nowMs - modifiedMs > leftoverMs) {
      await rm(path, { force: true });
    }
  }
}

/** Makes a new name in the folder durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const folder = await open(directory, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function isErrno(error: unknown, code: string): error is Error {
  return error instanceof Error && "code" in error && error.code === code;
}
