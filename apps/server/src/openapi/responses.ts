/** Headers of every body that is prepared once per snapshot. */
export const REPRESENTATION_HEADERS = {
  ETag: {
    description: "Strong: the same tag is the same bytes, in the same encoding.",
    schema: { type: "string" },
  },
  "Cache-Control": { description: "Keep it, but ask before each use.", schema: { const: "no-cache" } },
  "X-Snapshot-Age": { description: "Age of the snapshot, s.", schema: { type: "integer", minimum: 0 } },
  "X-Snapshot-Sequence": { description: "It only grows.", schema: { type: "integer", minimum: 1 } },
} as const;

/** While there is no snapshot. */
export const RETRY_AFTER = {
  description: "Only while there is no snapshot: seconds until it is worth asking again.",
  schema: { type: "integer", minimum: 1 },
} as const;

export const NOT_MODIFIED = {
  description: "The body with the tag of `If-None-Match` is still the current one.",
} as const;

const REFUSAL_SCHEMA = {
  type: "object",
  required: ["status", "error", "message"],
  properties: { status: { const: "error" }, error: { type: "string" }, message: { type: "string" } },
} as const;

/** An answer that says in words what is wrong with the request; `error` names it for programs. */
function refused(description: string, error: string, message: string) {
  const examples = { [error]: { summary: description, value: { status: "error", error, message } } };
  return { description, content: { "application/json": { schema: REFUSAL_SCHEMA, examples } } };
}

/** What any route of the market may answer instead. */
export const REFUSALS = {
  400: refused(
    "The request has a body, or its address is not valid.",
    "bad_request",
    "A request for data has no body.",
  ),
  406: refused(
    "`Accept-Encoding` rules out everything that there is.",
    "not_acceptable",
    "The data is sent as it is, or compressed by gzip or br.",
  ),
  429: {
    ...refused(
      "More requests from this address than are allowed per minute.",
      "rate_limited",
      "Too many requests from this address. Retry-After says when to ask again.",
    ),
    headers: {
      "Retry-After": {
        description: "Seconds until the next request is answered.",
        schema: { type: "integer", minimum: 1 },
      },
    },
  },
} as const;

/** On the address of the WebSocket, to who asks for one in another way than the protocol says. */
export const BAD_HANDSHAKE = refused(
  "The request is no WebSocket handshake, has a body, or its address is not valid.",
  "bad_handshake",
  "This is no WebSocket handshake: Missing or invalid Sec-WebSocket-Key header.",
);

/** On the address of the WebSocket. */
export const UPGRADE_REQUIRED = refused(
  "The request did not ask for a WebSocket.",
  "upgrade_required",
  "This address is a WebSocket: connect with ws:// or wss://.",
);
