import { write as fsWrite, writeSync as fsWriteSync } from "node:fs";
import type { LineWriter, LineWriterOptions } from "./line-writer.ts";
import { MAX_KEPT_BYTES, RETRY_MS } from "./line-writer.ts";

export interface FileLineWriterOptions extends LineWriterOptions {
  /** `fs.write`. */
  readonly writeLater?: (fd: number, data: Buffer, done: (error: Error | null, count: number) => void) => void;
}

/**
 * Writes lines to a regular file, whose disk may hang: then a synchronous call would hold the event loop for as long. One call at a time
 * waits in a thread, and the lines that come meanwhile are kept up to the limit; beyond it the newest are left out, whole. At the end of the
 * process the rest is written synchronously, unless a call is under way: it may be one that does not come back.
 */
export function createFileLineWriter(
  fd: number,
  { maxKeptBytes = MAX_KEPT_BYTES, write = fsWriteSync, writeLater = fsWrite }: FileLineWriterOptions = {},
): LineWriter {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let state: "ready" | "writing" | "between" | "ended" = "ready";
  let willRetry = false;
  let waiting: (() => void)[] = [];

  const writeKept = (): void => {
    if (state !== "ready" || keptBytes === 0) {
      return;
    }
    const data = Buffer.concat(kept);
    kept = [data];
    state = "writing";
    writeLater(fd, data, (error, count) => {
      if (error === null) {
        taken(data, count);
      }
      // Node counts the call as under way until this callback has returned; whoever ends the process needs it to be over.
      state = "between";
      if (waiting.length > 0) {
        setImmediate(goOn, error);
      } else {
        goOn(error);
      }
    });
  };
  /** The data are the first that are kept. */
  const taken = (data: Buffer, count: number): void => {
    kept.splice(0, 1, ...(count < data.length ? [data.subarray(count)] : []));
    keptBytes -= count;
  };
  const goOn = (error: Error | null): void => {
    const told = waiting;
    waiting = [];
    for (const each of told) {
      each();
    }
    state = "ready";
    if (error === null) {
      writeKept();
    } else {
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
  const writeRest = (): void => {
    try {
      while (keptBytes > 0) {
        const data = Buffer.concat(kept);
        kept = [data];
        taken(data, write(fd, data));
      }
    } catch {
      // There is no other place to say so, and no later moment.
    }
  };
  process.once("exit", () => {
    if (state !== "writing") {
      state = "ended";
      writeRest();
    }
  });

  return {
    write: (line) => {
      const bytes = Buffer.from(line);
      if (keptBytes > 0 && keptBytes + bytes.length > maxKeptBytes) {
        return;
      }
      kept.push(bytes);
      keptBytes += bytes.length;
      if (state === "ended") {
        writeRest();
      } else {
        writeKept();
      }
    },
    flush: (then) => {
      if (state === "writing" || state === "between") {
        waiting.push(then);
      } else {
        then();
      }
    },
  };
}
