import { BAD_HANDSHAKE, COMMON_ERRORS, UPGRADE_REQUIRED } from "./openapi-responses.ts";

const COMMIT = "a1b2c3d";
const LAST_GOOD_AT = "2025-06-10T11:00:04.512Z";
const STARTED_AT = "2025-06-10T12:00:00.000Z";

const build = {
  version: { type: "string", description: "Version of the program that answers." },
  commit: { type: "string", description: "Its short commit; unknown where nobody wrote it down." },
} as const;

const timesByName = { type: "object", additionalProperties: { type: "string", format: "date-time" } } as const;

const readiness = {
  type: "object",
  required: ["status", "version", "commit", "degraded", "since", "until", "sequence", "age_s"],
  properties: {
    status: { enum: ["ready", "not_ready"], description: "Whether there is a snapshot to serve." },
    ...build,
    degraded: {
      type: "array",
      items: { type: "string" },
      description: "Problems: snapshot_stale, section_stale:reference, store_away:disk ...",
    },
    since: { ...timesByName, description: "When each of the problems began, by its name." },
    until: { ...timesByName, description: "When those of the problems end of which that is known, by their name." },
    sequence: { type: ["integer", "null"], description: "Sequence of the snapshot; null while there is none." },
    age_s: { type: ["integer", "null"], description: "Age of the snapshot, s; null when unknown." },
  },
} as const;

const health = {
  type: "object",
  required: ["status", "version", "commit"],
  properties: { status: { const: "ok", description: "The process runs." }, ...build },
} as const;

/** Errors that any address can return. */
const { 400: BAD_REQUEST, 429: RATE_LIMITED } = COMMON_ERRORS;

/**
 * Describes the paths for operators: they are about the process, not the market.
 *
 * @param version - Of the program that answers, for the examples.
 */
export const healthPaths = (version: string) => ({
  "/healthz": {
    get: {
      operationId: "healthz",
      summary: "Checks that the process is running.",
      tags: ["operation"],
      responses: {
        200: {
          description: "The process is running.",
          content: {
            "application/json": {
              schema: health,
              examples: { ok: { summary: "Running.", value: { status: "ok", version, commit: COMMIT } } },
            },
          },
        },
        400: BAD_REQUEST,
        429: RATE_LIMITED,
      },
    },
  },
  "/readyz": {
    get: {
      operationId: "readyz",
      summary: "Checks that there is a snapshot to serve.",
      tags: ["operation"],
      responses: {
        200: {
          description: "There is a snapshot, however old.",
          content: {
            "application/json": {
              schema: readiness,
              examples: {
                ready: {
                  summary: "Ready, with old reference data.",
                  value: {
                    status: "ready",
                    version,
                    commit: COMMIT,
                    degraded: ["section_stale:reference"],
                    since: { "section_stale:reference": LAST_GOOD_AT },
                    until: {},
                    sequence: 42,
                    age_s: 12,
                  },
                },
              },
            },
          },
        },
        400: BAD_REQUEST,
        429: RATE_LIMITED,
        503: {
          description: "There is no snapshot.",
          content: {
            "application/json": {
              schema: readiness,
              examples: {
                not_ready: {
                  summary: "No snapshot yet.",
                  value: {
                    status: "not_ready",
                    version,
                    commit: COMMIT,
                    degraded: ["no_snapshot"],
                    since: { no_snapshot: STARTED_AT },
                    until: {},
                    sequence: null,
                    age_s: null,
                  },
                },
              },
            },
          },
        },
      },
    },
  },
});

const MESSAGES = `A WebSocket. Messages are JSON in text frames.

The server sends
- \`{"type":"snapshot","sequence":42,"timestamp":1749556805,"etag":"..."}\` on connecting and for every new snapshot, which you can then fetch from \`/api/dashboard/mobile-data\`,
- \`{"type":"heartbeat"}\` every 30 s,
- \`{"type":"pong"}\` for each \`{"type":"ping"}\`.

A client is disconnected when it is silent from one heartbeat to the next, does not read, sends more than 60 messages or ping frames between two heartbeats, or sends a message of more than 1 KB. Connect again after a while, and poll in the meantime.`;

/** Describes the handshake; the messages are in the text, as OpenAPI has no form for them. */
export const SOCKET_DESCRIPTION = {
  get: {
    operationId: "socket",
    summary: "Announces each new snapshot.",
    description: MESSAGES,
    tags: ["market"],
    responses: {
      101: { description: "The connection is a WebSocket now." },
      400: BAD_HANDSHAKE,
      426: UPGRADE_REQUIRED,
      429: { ...RATE_LIMITED, description: "Too many requests, or open WebSockets, from this address." },
      503: { description: "No WebSocket is free." },
    },
  },
} as const;
