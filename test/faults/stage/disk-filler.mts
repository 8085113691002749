import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Takes all space of a small file system. */
export interface Filler {
  /** Takes it, and whatever becomes free until `free`. */
  fill(): void;
  free(): void;
  /** Lets go without touching the disk any more. */
  stop(): void;
}

const NAME = "filler";
const PAGE_BYTES = 4_096;
const AGAIN_MS = 20;
const ZEROS = Buffer.alloc(262_144);

export function createFiller(folder: string): Filler {
  const path = join(folder, NAME);
  let timer: NodeJS.Timeout | null = null;

  const stop = (): void => {
    clearInterval(timer ?? undefined);
    timer = null;
  };

  return {
    fill: () => {
      stop();
      takeAll(folder, path);
      // A program that removes something would have space again.
      timer = setInterval(() => takeAll(folder, path), AGAIN_MS);
    },
    free: () => {
      stop();
      rmSync(path, { force: true });
    },
    stop,
  };
}

function takeAll(folder: string, path: string): void {
  for (const name of readdirSync(folder)) {
    fillLastPage(join(folder, name));
  }
  append(path, ZEROS, Number.POSITIVE_INFINITY);
}

/** The last page of a file has space even on a full disk: it is filled with empty lines. */
function fillLastPage(path: string): void {
  const missing = (PAGE_BYTES - (statSync(path, { throwIfNoEntry: false })?.size ?? 0)) % PAGE_BYTES;
  if (path.endsWith(".log") && missing > 0) {
    append(path, Buffer.alloc(missing, "\n"), missing);
  }
}

function append(path: string, data: Buffer, bytes: number): void {
  const fd = openSync(path, "a", 0o600);
  try {
    for (let left = bytes; left > 0; ) {
      left -= writeSync(fd, data, 0, Math.min(data.length, left));
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) {
      throw error;
    }
  } finally {
    closeSync(fd);
  }
}
