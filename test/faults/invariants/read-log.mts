import { closeSync, openSync, readSync } from "node:fs";
import type { LogLine } from "./observations.mts";

const CHUNK_BYTES = 1 << 20;

/**
 * Creates the function that returns the lines which came into a log's file since its last call. The file is read from where it was left,
 * because the proxies of a stage share their thread with whoever reads it. What is not JSON is no line of the log.
 */
export function createLogReader(file: string, name: LogLine["process"]): (atMs: number) => readonly LogLine[] {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);

  const readAdded = (): string => {
    const descriptor = openSync(file, "r");
    try {
      for (let count = CHUNK_BYTES; count === CHUNK_BYTES; ) {
        count = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
        position += count;
        rest = Buffer.concat([rest, chunk.subarray(0, count)]);
      }
    } finally {
      closeSync(descriptor);
    }
    const end = rest.lastIndexOf("\n") + 1;
    const added = rest.subarray(0, end).toString();
    rest = rest.subarray(end);
    return added;
  };

  return (atMs) =>
    readAdded()
      .split("\n")
      .flatMap((line) => {
        const record = parseRecord(line);
        if (record === null) {
          return [];
        }
        const { pid, level, msg, ...fields } = record;
        return [{ atMs, process: name, pid: Number(pid), level: String(level), msg: String(msg ?? ""), fields }];
      });
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("{")) {
    return null;
  }
  try {
    return JSON.parse(line);
  } catch {
    // Two processes that share a full disk may tear a line.
    return null;
  }
}
