import type { ErrorCode } from "@pulseboard/runtime";
import { QueueError } from "./queue-error.ts";

interface Failure {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly hint: string;
}

// Matched against the message of what ioredis or BullMQ threw; Redis begins its own with the word in capitals.
const FAILURES: readonly Failure[] = [
  {
    pattern: /NOAUTH|WRONGPASS|NOPERM/,
    code: "queue_access_denied",
    message: "Redis does not let us in",
    retryable: false,
    hint: "Check user and password in REDIS_URL, and the user's rights.",
  },
  {
    pattern: /READONLY|UNBLOCKED/,
    code: "queue_read_only",
    message: "Redis takes no writes: it is a replica",
    retryable: true,
    hint: "Point REDIS_URL at the primary.",
  },
  {
    pattern: /\bOOM\b/,
    code: "queue_out_of_memory",
    message: "Redis takes no writes: its memory is full",
    retryable: true,
    hint: "Raise its maxmemory, or find out what fills it.",
  },
  {
    pattern: /LOADING|MASTERDOWN|BUSY |CLUSTERDOWN/,
    code: "queue_loading",
    message: "Redis is there but does not serve yet",
    retryable: true,
    hint: "It is loading its data, or its primary is gone; this ends by itself.",
  },
  {
    pattern: /Command timed out|Socket timeout/,
    code: "queue_timeout",
    message: "Redis does not answer",
    retryable: true,
    hint: "It may be overloaded or stopped; what was asked may still happen.",
  },
];

const UNREACHABLE = /Stream isn't writeable|Connection is closed|max retries per request|closed the connection/i;

/**
 * What went wrong between us and Redis, as one of our errors: queue_unreachable, queue_timeout, queue_access_denied,
 * queue_read_only, queue_out_of_memory, queue_loading, or queue_failed for anything else.
 */
export function toQueueError(cause: unknown): QueueError {
  if (cause instanceof QueueError) {
    return cause;
  }
  const told = cause instanceof Error ? cause.message : String(cause);
  const known = FAILURES.find(({ pattern }) => pattern.test(told));
  if (known !== undefined) {
    const { message, code, retryable, hint } = known;
    return new QueueError(message, { code, retryable, hint, cause });
  }
  if (UNREACHABLE.test(told) || isSystemError(cause)) {
    return unreachable(cause);
  }
  return new QueueError(`The refresh queue failed: ${told}`, { code: "queue_failed", retryable: true, cause });
}

/** Why Redis is not connected: `cause` is what the last attempt met, null if nothing. */
export function notConnected(cause: unknown): QueueError {
  if (cause === null) {
    return unreachable(null);
  }
  const error = toQueueError(cause);
  return error.code === "queue_failed" ? unreachable(cause) : error;
}

function unreachable(cause: unknown): QueueError {
  const why = isSystemError(cause) ? ` (${cause.code})` : "";
  return new QueueError(`Redis cannot be reached${why}`, {
    code: "queue_unreachable",
    retryable: true,
    hint: "Check that Redis runs and that REDIS_URL is its address.",
    ...(cause === null ? {} : { cause }),
  });
}

/** ECONNREFUSED, ENOTFOUND, ETIMEDOUT ... */
function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]/.test(error.code);
}
