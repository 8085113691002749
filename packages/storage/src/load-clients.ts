import { createRequire } from "node:module";

// Clients are loaded when the first connection is opened: a process that has what it needs on its disk does without them, or
// begins to work before them. They are CommonJS, so that they can be had without waiting.
const require = createRequire(import.meta.url);

/** 0.1 s, of which a server's first answer has better uses. */
export function loadIoredis(): typeof import("ioredis") {
  return require("ioredis");
}

export function loadMemjs(): typeof import("memjs") {
  return require("memjs");
}
