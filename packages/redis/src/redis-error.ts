import { type ErrorCode, PulseboardError } from "@pulseboard/runtime";

export type RedisErrorKind =
  | "unreachable"
  | "primary_lost"
  | "timeout"
  | "denied"
  | "read_only"
  | "out_of_memory"
  | "loading"
  | "busy"
  | "unwritable"
  | "wrong_type"
  | "failed"
  | "closed";

/** One way in which Redis fails: its meaning, and the codes under which callers know it. */
interface RedisFailure {
  /** The code of the StoreError, also of the line in the log when an outage begins. */
  readonly storeCode: ErrorCode;
  /** The code of the QueueError. */
  readonly queueCode: ErrorCode;
  /** Completes the sentence "Redis at ADDRESS ...". */
  readonly meaning: string;
  /** Trying again does not help. */
  readonly isFinal?: true;
  readonly hint?: string;
}

const FAILURES: Readonly<Record<RedisErrorKind, RedisFailure>> = {
  unreachable: {
    storeCode: "store_unreachable",
    queueCode: "queue_unreachable",
    meaning: "cannot be reached",
    hint: "Check that Redis runs and that REDIS_URL is right.",
  },
  primary_lost: {
    storeCode: "store_unreachable",
    queueCode: "queue_loading",
    meaning: "is a replica without its primary",
    hint: "Point REDIS_URL to the primary.",
  },
  timeout: {
    storeCode: "store_timeout",
    queueCode: "queue_timeout",
    meaning: "did not answer in time",
    hint: "It may be overloaded or stopped; what was asked may still happen.",
  },
  denied: {
    storeCode: "store_denied",
    queueCode: "queue_access_denied",
    meaning: "does not let us in",
    isFinal: true,
    hint: "Check the user and password in REDIS_URL, and that the user may use the keys mobile:*, worker:* and pulseboard:*, with PUBLISH_LEGACY_KEYS also market:* and analysis:signals, each behind KEY_PREFIX.",
  },
  read_only: {
    storeCode: "store_read_only",
    queueCode: "queue_read_only",
    meaning: "is a read-only replica",
    hint: "Point REDIS_URL to the primary.",
  },
  out_of_memory: {
    storeCode: "store_out_of_memory",
    queueCode: "queue_out_of_memory",
    meaning: "is out of memory",
    hint: "Raise its maxmemory, or find out what else fills it.",
  },
  loading: {
    storeCode: "store_loading",
    queueCode: "queue_loading",
    meaning: "is still loading its data",
    hint: "It serves as soon as it has loaded them.",
  },
  busy: {
    storeCode: "store_busy",
    queueCode: "queue_loading",
    meaning: "is busy with another program's script",
  },
  unwritable: {
    storeCode: "store_unwritable",
    queueCode: "queue_failed",
    meaning: "takes no writes",
    hint: "See Redis's own log: its disk may be full, or its replicas are missing.",
  },
  wrong_type: {
    storeCode: "publication_damaged",
    queueCode: "queue_failed",
    meaning: "has something else under one of our keys",
    isFinal: true,
    hint: "Another program writes to mobile:* or pulseboard:*; give Pulseboard its own database, such as /1, or a KEY_PREFIX.",
  },
  failed: { storeCode: "store_failed", queueCode: "queue_failed", meaning: "refuses" },
  closed: { storeCode: "store_closed", queueCode: "queue_closed", meaning: "is no longer used", isFinal: true },
};

/** The first word of Redis's answer when it refuses. Any other word is "failed". */
const REPLY_KINDS: Readonly<Record<string, RedisErrorKind>> = {
  NOAUTH: "denied",
  WRONGPASS: "denied",
  NOPERM: "denied",
  READONLY: "read_only",
  // A blocked command, when its Redis becomes a replica.
  UNBLOCKED: "read_only",
  OOM: "out_of_memory",
  LOADING: "loading",
  CLUSTERDOWN: "loading",
  BUSY: "busy",
  MISCONF: "unwritable",
  NOREPLICAS: "unwritable",
  MASTERDOWN: "primary_lost",
  WRONGTYPE: "wrong_type",
};

/** A refusal whose first word is ERR: of the user's right to what a script does, and of the password before Redis 6. */
const DENIED_IN_WORDS = /The user executing the script can't|ACL failure in script|^ERR invalid password/;

/** Messages of ioredis, BullMQ and the operating system when the way to Redis fails. */
const NETWORK_KINDS: readonly (readonly [RegExp, RedisErrorKind])[] = [
  [/command timed out|socket timeout/i, "timeout"],
  [/stream isn't writeable|connection (is|was)? ?closed|closed the connection|max retries per request/i, "unreachable"],
  [/connection close|connect ETIMEDOUT|getaddrinfo/i, "unreachable"],
];

/** Redis, or the way to it, failed. The message names the address, never a credential. */
export class RedisError extends PulseboardError {
  readonly kind: RedisErrorKind;
  readonly queueCode: ErrorCode;

  /** @param detail what Redis or the network said */
  constructor(kind: RedisErrorKind, address: string, detail: string, cause?: unknown) {
    const { storeCode, queueCode, meaning, isFinal = false, hint } = FAILURES[kind];
    super(`Redis at ${address} ${meaning}${detail === "" ? "" : `: ${detail}`}`, {
      code: storeCode,
      retryable: !isFinal,
      ...(hint !== undefined && { hint }),
      cause,
    });
    this.kind = kind;
    this.queueCode = queueCode;
  }
}

/** Up to version 6, Redis wraps a refusal within a script into a sentence about the script. */
const FIRST_WORD = /^(?:ERR Error running script.*?: -?)?([A-Z]+)\b/;
/** The position within a script is of no use to readers of the message. */
const SCRIPT_POSITION = / script: [0-9a-f]{40}.*$/;

/**
 * Turns what ioredis or BullMQ threw into a RedisError; null for anything that neither Redis nor the way to it caused.
 * @param address without credentials
 */
export function toRedisError(thrown: unknown, address: string): RedisError | null {
  if (thrown instanceof RedisError) {
    return thrown;
  }
  if (!(thrown instanceof Error)) {
    return null;
  }
  if (thrown.name === "ReplyError") {
    const word = FIRST_WORD.exec(thrown.message)?.[1] ?? "";
    // Left out as the cause: it has the arguments of its command, such as documents or a password.
    const kind = DENIED_IN_WORDS.test(thrown.message) ? "denied" : (REPLY_KINDS[word] ?? "failed");
    return new RedisError(kind, address, thrown.message.replace(SCRIPT_POSITION, ""));
  }
  const message = messageOf(thrown);
  const known = NETWORK_KINDS.find(([pattern]) => pattern.test(message));
  if (known === undefined && !isSystemError(thrown)) {
    return null;
  }
  return new RedisError(known?.[1] ?? "unreachable", address, message, thrown);
}

/** Tells whether Redis itself said no, rather than the way to it. */
export function isRefusal({ kind }: RedisError): boolean {
  return kind !== "unreachable" && kind !== "timeout" && kind !== "closed";
}

/**
 * Tells whether a new connection may be answered otherwise: after a failover the address belongs to another Redis, and the
 * connections that there are stay with the one that no longer takes writes.
 */
export function mayBeCuredByReconnecting({ kind }: RedisError): boolean {
  return kind === "read_only" || kind === "primary_lost" || kind === "unwritable";
}

function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map((part) => (part instanceof Error ? part.message : String(part))).join("; ");
  }
  return error.message;
}

/** ECONNREFUSED, ENOTFOUND, ETIMEDOUT ... and the certificates of rediss://. */
function isSystemError(error: Error): boolean {
  return error instanceof AggregateError || ("code" in error && /^[A-Z][A-Z_]+$/.test(String(error.code)));
}
