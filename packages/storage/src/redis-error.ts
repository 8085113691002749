import type { ErrorCode } from "@pulseboard/runtime";
import { PUBLICATION_DAMAGED, StoreError } from "./store-error.ts";

interface Refusal {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly means: string;
  readonly hint?: string;
}

const DENIED: Refusal = {
  code: "store_denied",
  retryable: false,
  means: "does not let us in",
  hint: "Check the user and password in REDIS_URL, and that the user may use the keys mobile:* and pulseboard:*.",
};

/** What Redis answers when it will not, by the first word of the answer. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  READONLY: {
    code: "store_read_only",
    retryable: true,
    means: "is a read-only replica",
    hint: "Point REDIS_URL to the primary.",
  },
  OOM: {
    code: "store_out_of_memory",
    retryable: true,
    means: "is out of memory",
    hint: "Raise its maxmemory, or find out what else fills it.",
  },
  LOADING: { code: "store_loading", retryable: true, means: "is still loading its data" },
  BUSY: { code: "store_busy", retryable: true, means: "is busy with somebody's script" },
  MISCONF: {
    code: "store_unwritable",
    retryable: true,
    means: "cannot save to its disk and takes no writes",
    hint: "See Redis's own log; its disk may be full.",
  },
  NOREPLICAS: { code: "store_unwritable", retryable: true, means: "misses its replicas and takes no writes" },
  MASTERDOWN: { code: "store_unreachable", retryable: true, means: "is a replica without its primary" },
  NOAUTH: DENIED,
  WRONGPASS: DENIED,
  NOPERM: DENIED,
  WRONGTYPE: {
    code: PUBLICATION_DAMAGED,
    retryable: false,
    means: "has something else under one of our keys",
    hint: "Another program writes to mobile:* or pulseboard:*; give Pulseboard a database of its own, such as /1.",
  },
};

const UNKNOWN_REFUSAL: Refusal = { code: "store_failed", retryable: true, means: "refuses" };

/** Up to version 6, what a script was refused is wrapped into a sentence about the script. */
const FIRST_WORD = /^(?:ERR Error running script.*?: -?)?([A-Z]+)\b/;
/** Where in a script it was refused tells our readers nothing. */
const SCRIPT_POSITION = / script: [0-9a-f]{40}.*$/;

/** Anything that ioredis rejects with, as an error of ours. `address` has no credentials. */
export function redisError(thrown: unknown, address: string): StoreError {
  if (thrown instanceof StoreError) {
    return thrown;
  }
  if (!isReply(thrown)) {
    return redisUnreachable(address, thrown);
  }
  const word = FIRST_WORD.exec(thrown.message)?.[1] ?? "";
  const { means, ...options } = REFUSALS[word] ?? UNKNOWN_REFUSAL;
  // Not kept as the cause: it holds the arguments of its command, documents or a password among them.
  const message = thrown.message.replace(SCRIPT_POSITION, "");
  return new StoreError(`Redis at ${address} ${means}: ${message}`, options);
}

/** Redis cannot be reached; `reason` is what the connection last failed with, null if it was just closed. */
export function redisUnreachable(address: string, reason: unknown): StoreError {
  if (reason instanceof StoreError) {
    return reason;
  }
  const message = reason instanceof Error ? messageOf(reason) : "the connection was closed";
  return new StoreError(`Redis at ${address} cannot be reached: ${message}`, {
    code: "store_unreachable",
    retryable: true,
    hint: "Check that Redis runs and that REDIS_URL is right.",
    cause: reason ?? undefined,
  });
}

/** Redis took longer than it may. */
export function redisTimeout(address: string, deadlineMs: number): StoreError {
  return new StoreError(`Redis at ${address} did not answer within ${deadlineMs} ms`, {
    code: "store_timeout",
    retryable: true,
  });
}

/** Whether Redis itself said no, rather than the way to it. */
export function isReply(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === "ReplyError";
}

function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map((part) => (part instanceof Error ? part.message : String(part))).join("; ");
  }
  return error.message;
}
