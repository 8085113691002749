import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * BullMQ, loaded when it is first needed: it takes 11 MB and 0.1 s, for which a process without Redis has better uses.
 * It is CommonJS, so that it can be had without waiting.
 */
export function loadBullmq(): typeof import("bullmq") {
  return require("bullmq");
}

/** Its client, for the same reason. */
export function loadIoredis(): typeof import("ioredis") {
  return require("ioredis");
}
