import { BAD_HANDSHAKE, COMMON_ERRORS, UPGRADE_REQUIRED } from "./openapi-responses.ts";

const readiness = {
  type: "object",
  required: ["status", "degraded", "sequence", "age_s"],
  properties: {
    status: { enum: ["ready", "not_ready"] },
    degraded: {
      type: "array",
      items: { type: "string" },
      description: "Problems: snapshot_stale, section_stale:reference, store_away:disk ...",
    },
    until: {
      type: "object",
      additionalProperties: { type: "string", format: "date-time" },
      description: "When those of the problems end of which that is known, by their name.",
    },
    sequence: { type: ["integer", "null"] },
    age_s: { type: ["integer", "null"], description: "Age of the snapshot, s; null when unknown." },
  },
} as const;

/** Errors that any address can return. */
const { 400: BAD_REQUEST, 429: RATE_LIMITED } = COMMON_ERRORS;

/** Paths for operators: they are about the process, not the market. */
export const HEALTH_PATHS = {
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
              schema: { type: "object", required: ["status"], properties: { status: { const: "ok" } } },
              examples: { ok: { summary: "Running.", value: { status: "ok" } } },
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
                  value: { status: "ready", degraded: ["section_stale:reference"], sequence: 42, age_s: 12 },
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
                  value: { status: "not_ready", degraded: ["no_snapshot"], sequence: null, age_s: null },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;

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
