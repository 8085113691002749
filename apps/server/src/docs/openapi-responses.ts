/** The headers of every body that a client can revalidate. */
export const DOCUMENT_HEADERS = {
  ETag: {
    description: "A strong tag: equal tags mean equal bytes, in the same encoding.",
    schema: { type: "string" },
  },
  "Cache-Control": {
    description: "Caches may keep the body, but must revalidate it before each use.",
    schema: { const: "no-cache" },
  },
} as const;

/** The headers of every body from a snapshot. */
export const REPRESENTATION_HEADERS = {
  ...DOCUMENT_HEADERS,
  "X-Snapshot-Age": {
    description:
      "Age of the snapshot, s. Left out when it cannot be known, because a clock was set; the body is `stale` then.",
    schema: { type: "integer", minimum: 0 },
  },
  "X-Snapshot-Sequence": {
    description: "The sequence of the snapshot, which only grows.",
    schema: { type: "integer", minimum: 1 },
  },
} as const;

export const RETRY_AFTER = {
  description: "Only while there is nothing to show yet: seconds to wait before the next request.",
  schema: { type: "integer", minimum: 1 },
} as const;

export const NOT_MODIFIED = {
  description: "The client already has the current body: its tag is in `If-None-Match`.",
} as const;

const ERROR_SCHEMA = {
  type: "object",
  required: ["status", "error", "message"],
  properties: { status: { const: "error" }, error: { type: "string" }, message: { type: "string" } },
} as const;

/** Describes an error response: `error` is for programs, `message` for people. */
function errorResponse(description: string, error: string, message: string) {
  const examples = { [error]: { summary: description, value: { status: "error", error, message } } };
  return { description, content: { "application/json": { schema: ERROR_SCHEMA, examples } } };
}

/** Errors that any route of the market can return. */
export const COMMON_ERRORS = {
  400: errorResponse(
    "The request has a body, or its address is not valid.",
    "bad_request",
    "A GET request must not have a body.",
  ),
  406: errorResponse(
    "`Accept-Encoding` excludes every encoding that is available.",
    "not_acceptable",
    "This is available uncompressed, or compressed with gzip or br.",
  ),
  429: {
    ...errorResponse(
      "More requests from this address than the limit per minute.",
      "rate_limited",
      "Too many requests from this address. Retry-After says when to try again.",
    ),
    headers: {
      "Retry-After": {
        description: "Seconds until the next request is admitted.",
        schema: { type: "integer", minimum: 1 },
      },
    },
  },
} as const;

/** On the address of the WebSocket, for handshakes that break the protocol. */
export const BAD_HANDSHAKE = errorResponse(
  "The request is not a valid WebSocket handshake, has a body, or its address is not valid.",
  "bad_handshake",
  "This is not a WebSocket handshake: Missing or invalid Sec-WebSocket-Key header.",
);

/** On the address of the WebSocket, for other requests. */
export const UPGRADE_REQUIRED = errorResponse(
  "The request did not ask for a WebSocket.",
  "upgrade_required",
  "This address is a WebSocket: connect with ws:// or wss://.",
);
