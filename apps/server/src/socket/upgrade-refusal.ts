import type { HttpErrorCode } from "@pulseboard/runtime";

const SOCKET_PATH = "/ws";
/** Who shows no sign of life from one to the next is gone. */
export const HEARTBEAT_MS = 30_000;

/** Each costs some 10 KB; beyond this, phones poll. */
export const MAX_CONNECTIONS = 1000;
/**
 * Of one address. A carrier has many phones behind one, so that it is no small number; one address alone must not take the
 * places of all others.
 */
const MAX_OF_ADDRESS = 100;

/** Why an upgrade is not taken. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly error: HttpErrorCode;
  readonly message: string;
  /** When it makes sense to ask again, s; left out: never. */
  readonly retryAfterS?: number;
  /** Other headers of the answer. Name, value, name, value ... */
  readonly headers?: readonly string[];
}

/** By then, whoever has left without a word is noticed. */
const TRY_AGAIN_S = HEARTBEAT_MS / 1000;

const NOT_FOUND: UpgradeRefusal = { status: 404, error: "not_found", message: "There is nothing here." };
const RATE_LIMITED: UpgradeRefusal = {
  status: 429,
  error: "rate_limited",
  message: "Too many requests from this address. Retry-After says when to ask again.",
};
const ADDRESS_FULL: UpgradeRefusal = {
  status: 429,
  error: "too_many_connections_of_address",
  message: `An address has at most ${MAX_OF_ADDRESS} connections. Poll, or try again later.`,
  retryAfterS: TRY_AGAIN_S,
};
const ALL_TAKEN: UpgradeRefusal = {
  status: 503,
  error: "too_many_connections",
  message: "All connections are taken. Poll, or try again later.",
  retryAfterS: TRY_AGAIN_S,
};

/** What the library says of a request that is no handshake: of its key, its version or its protocols. */
export function badHandshake({ message }: Error): UpgradeRefusal {
  const headers = ["Sec-WebSocket-Version", "13"];
  return { status: 400, error: "bad_handshake", message: `This is no WebSocket handshake: ${message}.`, headers };
}

export interface UpgradeAsked {
  /** Without the query. */
  readonly path: string;
  /** What the client is counted under. */
  readonly address: string;
  /** The addresses of all that are open. */
  readonly open: readonly string[];
  readonly maxConnections: number;
  /** Counts the request under its address: 0 when it is admitted, else after how many seconds to ask again. */
  readonly refusedForS: (addressKey: string) => number;
}

/** Why a client that asks for a WebSocket gets none; null when it gets one. The request counts in any case. */
export function refusalOf({ path, address, open, maxConnections, refusedForS }: UpgradeAsked): UpgradeRefusal | null {
  const retryAfterS = refusedForS(address);
  if (retryAfterS > 0) {
    return { ...RATE_LIMITED, retryAfterS };
  }
  if (path !== SOCKET_PATH) {
    return NOT_FOUND;
  }
  if (open.length >= maxConnections) {
    return ALL_TAKEN;
  }
  return open.filter((other) => other === address).length >= MAX_OF_ADDRESS ? ADDRESS_FULL : null;
}
