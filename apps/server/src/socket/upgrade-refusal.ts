import type { HttpErrorCode } from "@pulseboard/runtime";

const SOCKET_PATH = "/ws";

/** Each WebSocket costs some 10 KB; beyond this number, phones poll. */
export const MAX_WEBSOCKETS = 1000;
/**
 * WebSockets from one address. Many phones can share a carrier's address, so it is not a small number; but one address must not take
 * the places of all others.
 */
const MAX_PER_ADDRESS = 100;

/** The error response to an upgrade that is refused. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly error: HttpErrorCode;
  readonly message: string;
  /** Seconds after which it makes sense to try again; left out when it never does. */
  readonly retryAfterS?: number;
  /** Other headers of the response. Name, value, name, value ... */
  readonly headers?: readonly string[];
}

const NOT_FOUND: UpgradeRefusal = { status: 404, error: "not_found", message: "There is nothing at this address." };
const RATE_LIMITED: UpgradeRefusal = {
  status: 429,
  error: "rate_limited",
  message: "Too many requests from this address. Retry-After says when to try again.",
};
const ADDRESS_FULL: UpgradeRefusal = {
  status: 429,
  error: "too_many_connections_of_address",
  message: `One address may have at most ${MAX_PER_ADDRESS} WebSockets. Poll, or try again later.`,
};
const ALL_TAKEN: UpgradeRefusal = {
  status: 503,
  error: "too_many_connections",
  message: "No WebSocket is free. Poll, or try again later.",
};

/** The refusal of a request that is not a valid handshake; the error of ws names the problem. */
export function badHandshake({ message }: Error): UpgradeRefusal {
  const headers = ["Sec-WebSocket-Version", "13"];
  return { status: 400, error: "bad_handshake", message: `This is not a WebSocket handshake: ${message}.`, headers };
}

export interface UpgradeRequest {
  /** Without the query. */
  readonly path: string;
  /** The key under which the client is counted. */
  readonly key: string;
  /** The keys of all open WebSockets. */
  readonly open: readonly string[];
  readonly maxConnections: number;
  /** Counts the request under its key; 0 when it is admitted, otherwise the seconds until the next one is. */
  readonly refusedForS: (key: string) => number;
  /** The time in which WebSockets of clients that have left are noticed, s. */
  readonly retryAfterS: number;
}

/** The reason to refuse an upgrade; null when it is accepted. The request counts in any case. */
export function findRefusal(request: UpgradeRequest): UpgradeRefusal | null {
  const { path, key, open, maxConnections, refusedForS, retryAfterS } = request;
  const limitedForS = refusedForS(key);
  if (limitedForS > 0) {
    return { ...RATE_LIMITED, retryAfterS: limitedForS };
  }
  if (path !== SOCKET_PATH) {
    return NOT_FOUND;
  }
  if (open.length >= maxConnections) {
    return { ...ALL_TAKEN, retryAfterS };
  }
  return open.filter((other) => other === key).length >= MAX_PER_ADDRESS ? { ...ADDRESS_FULL, retryAfterS } : null;
}
