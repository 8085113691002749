import { hostname } from "node:os";
import { QUEUE_NAME } from "./bull-job.ts";

/** The name of this process among the workers of the queue: Redis shows it to operators in its list of clients. */
export function workerName(): string {
  // What the protocol of Redis takes as a name.
  return `${hostname().replace(/[^\x21-\x7e]/g, "_")}:${process.pid}`;
}

/** The process of a line of CLIENT LIST; null for a client that is no worker of this queue. BullMQ gives the names. */
export function processOfClient(line: string, queuePrefix: string): string | null {
  const [, name = ""] = /(?:^| )name=(\S*)/.exec(line) ?? [];
  const expected = `${queuePrefix}:${Buffer.from(QUEUE_NAME).toString("base64")}:w:`;
  return name.startsWith(expected) ? name.slice(expected.length) : null;
}
