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

export const TOO_MANY_REQUESTS = {
  description: "More requests from this address than are allowed per minute.",
  headers: {
    "Retry-After": {
      description: "Seconds until the next request is answered.",
      schema: { type: "integer", minimum: 1 },
    },
  },
} as const;
