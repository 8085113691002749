import { writeSync } from "node:fs";

export interface LineWriterOptions {
  /** The most bytes of lines that are kept until they can be written. */
  readonly maxKeptBytes?: number;
  /** `fs.writeSync`. */
  readonly write?: (fd: number, data: Buffer) => number;
}

/** Where the lines of a log go. */
export interface LineWriter {
  write(line: string): void;
  /** Calls back when no call that writes is under way, which may be at once. Not when all is written: the disk may be full. */
  flush?(then: () => void): void;
}

export const MAX_KEPT_BYTES = 262_144;
export const RETRY_MS = 250;

/**
 * Writes each line to a file descriptor at once, so that the last lines of a process are not lost. It never throws and never
 * waits: what a full disk, a reader that is gone or one that stands still does not take is kept up to a limit and written
 * later. Beyond the limit the newest lines are left out, whole.
 */
export function createLineWriter(
  fd: number,
  { maxKeptBytes = MAX_KEPT_BYTES, write = writeSync }: LineWriterOptions = {},
): LineWriter {
  let kept: Buffer = Buffer.alloc(0);
  let willRetry = false;

  const writeKept = (): void => {
    try {
      while (kept.length > 0) {
        kept = kept.subarray(write(fd, kept));
      }
    } catch {
      // There is no other place to say so. The next line, a timer and the end of the process try again.
      retryLater();
    }
  };
  const retryLater = (): void => {
    if (!willRetry) {
      willRetry = true;
      setTimeout(() => {
        willRetry = false;
        writeKept();
      }, RETRY_MS).unref();
    }
  };
  process.once("exit", writeKept);

  return {
    write: (line) => {
      if (kept.length > 0) {
        writeKept();
      }
      const bytes = Buffer.from(line);
      if (kept.length === 0) {
        kept = bytes;
        writeKept();
      } else if (kept.length + bytes.length <= maxKeptBytes) {
        kept = Buffer.concat([kept, bytes]);
      }
    },
  };
}
