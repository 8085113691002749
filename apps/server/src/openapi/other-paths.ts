import { BAD_HANDSHAKE, REFUSALS, UPGRADE_REQUIRED } from "./responses.ts";

const readiness = {
  type: "object",
  required: ["status", "degraded", "sequence", "age_s"],
  properties: {
    status: { enum: ["ready", "not_ready"] },
    degraded: {
      type: "array",
      items: { type: "string" },
      description: "What is not as it should be: snapshot_stale, section_stale:reference, store_away:disk ...",
    },
    sequence: { type: ["integer", "null"] },
    age_s: { type: ["integer", "null"], description: "Age of the snapshot, s." },
  },
} as const;

/** What any address answers instead. */
const { 400: BAD_REQUEST, 429: RATE_LIMITED } = REFUSALS;

/** For whoever runs it: answers about the process, not about the market. */
export const HEALTH_PATHS = {
  "/healthz": {
    get: {
      operationId: "healthz",
      summary: "Whether the process lives.",
      tags: ["operation"],
      responses: {
        200: {
          description: "It does.",
          content: {
            "application/json": {
              schema: { type: "object", required: ["status"], properties: { status: { const: "ok" } } },
              examples: { ok: { summary: "It lives.", value: { status: "ok" } } },
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
      summary: "Whether there is anything to serve.",
      tags: ["operation"],
      responses: {
        200: {
          description: "There is, as old as it may be.",
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
                  summary: "Nothing was ever computed.",
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
- \`{"type":"snapshot","sequence":42,"timestamp":1749556805,"etag":"..."}\` on connecting and on every new snapshot: fetch \`/api/dashboard/mobile-data\` then,
- \`{"type":"heartbeat"}\` every 30 s,
- \`{"type":"pong"}\` for each \`{"type":"ping"}\`.

Who shows no sign of life from one heartbeat to the next, does not read, or sends more than 60 messages or ping frames between two heartbeats or more than 1 KB at once is dropped. Connect again after a while, and poll meanwhile.`;

/** OpenAPI knows no messages: the handshake, with the rest in words. */
export const SOCKET_DESCRIPTION = {
  get: {
    operationId: "socket",
    summary: "Be told of each new snapshot.",
    description: MESSAGES,
    tags: ["market"],
    responses: {
      101: { description: "The connection is a WebSocket now." },
      400: BAD_HANDSHAKE,
      426: UPGRADE_REQUIRED,
      429: { ...RATE_LIMITED, description: "Too many requests, or open connections, of this address." },
      503: { description: "All connections are taken." },
    },
  },
} as const;
