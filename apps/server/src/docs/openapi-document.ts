import {
  confluenceAnalysis,
  confluenceAnalysisError,
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  exampleDocuments,
  HISTORY_ROUTES,
  HISTORY_WARMING,
  type HistoryRoute,
  historyBody,
  historyError,
  historyErrorSchema,
  type JsonSchemas,
  jsonSchemas,
  SNAPSHOT_ROUTES,
  type SnapshotDocuments,
  type SnapshotRoute,
  SYMBOL_NOT_SCORED,
  SYMBOL_ROUTE_PATH,
} from "@pulseboard/snapshot";
import { healthPaths, SOCKET_DESCRIPTION } from "./openapi-other-paths.ts";
import {
  COMMON_ERRORS,
  DOCUMENT_HEADERS,
  NOT_MODIFIED,
  REPRESENTATION_HEADERS,
  RETRY_AFTER,
} from "./openapi-responses.ts";

/** The description of the HTTP API, OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: JsonSchemas["components"] };
}

const DESCRIPTION = `The perpetual-futures market for a phone's dashboard: read-only, computed in the background and served from memory.

- Percentages are percent (2.3 is 2.3 %), prices and amounts are USD, scores are 0..100 with 50 neutral, times are Unix seconds unless a name ends in \`_at\` (ISO 8601, UTC; only \`score_history_at\` is Unix seconds) or in \`_ms\` (milliseconds).
- An unknown figure is \`null\`, and \`missing\` has the reason under the figure's dotted path. No figure is ever made up.
- The body of an old snapshot has \`stale: true\`, and in \`stale_reason\` the cause: an entry of \`degraded\` in /readyz, since when, and until when if that is known. It is null while nobody knows the cause, and in fresh bodies. The header \`X-Snapshot-Age\` has its age in seconds, and is left out when a clock was set and nobody can know it. While there is no snapshot at all, the response is 200 with \`status: "error"\` and \`Retry-After\`.
- \`method_version\` is the version of the method behind the scores (none: 1); do not compare scores of two versions. \`score\` is averaged over time, \`score_now\` is that of the last refresh alone, and \`relative\` is the score without what all symbols have in common. What \`score\` is averaged from is in the explanation of each: contributions after = a * before + (1 - a) * now, with a = 2^(-since_before_ms / 600000), or now where there is none before; their sum is \`weighted_signal\`, and the score 50 + 50 * tanh(1.8 * weighted_signal) / tanh(1.8). \`averaged_ms\` is the time up to then that was read without a gap of over 3 min, which the summary says in words.
- /api/days, /api/history and /api/record are documents of their own: computed less often than the snapshot, with an \`as_of\` and a \`sequence\` of their own (that of the refresh which they were made after). While one is still being read, the response is 200 with \`status: "error"\` and \`Retry-After\`.
- Send \`If-None-Match\` with the last \`ETag\`: an unchanged body is not sent again. \`HEAD\` works like \`GET\`.
- Fields are added and never removed: ignore those that you do not know.`;

const STARTED_AT_MS = 1_749_556_700_000;
const NO_SNAPSHOT = {
  startedAtMs: STARTED_AT_MS,
  code: "no_snapshot",
  message: "There is no snapshot of the market yet. Try again in a few seconds.",
} as const;

/**
 * Builds the description from the schemas that also check documents and bodies. Its examples are the bodies of a made-up refresh.
 *
 * @param version - Of the program that answers, "0.1.0".
 */
export function openApiDocument(version: string): OpenApiDocument {
  const schemas = jsonSchemas("#/components/schemas/");
  const documents = exampleDocuments();
  const operations = new Map<string, unknown>();
  const ids = new Set<string>();
  for (const route of SNAPSHOT_ROUTES) {
    // Some routes serve the same body under a second path.
    const operationId = ids.has(route.name) ? `${route.name}Alias` : route.name;
    ids.add(operationId);
    operations.set(route.path, { get: snapshotOperation(route, operationId, documents, schemas) });
  }
  operations.set(SYMBOL_ROUTE_PATH, { get: symbolOperation(documents, schemas) });
  for (const route of HISTORY_ROUTES) {
    operations.set(route.path, { get: historyOperation(route, schemas) });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Pulseboard",
      version,
      summary: "The perpetual-futures market, for phones.",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: { ...Object.fromEntries(operations), ...healthPaths(version), "/ws": SOCKET_DESCRIPTION },
    components: { schemas: schemas.components },
  };
}

function snapshotOperation(
  route: SnapshotRoute,
  operationId: string,
  documents: SnapshotDocuments,
  { refTo }: JsonSchemas,
): unknown {
  const { summary, schema, errorSchema, project, projectError } = route;
  const body = project(documents, "fresh");
  const errorBody = projectError(NO_SNAPSHOT);
  const neverFails = schema === errorSchema && JSON.stringify(body) === JSON.stringify(errorBody);
  return {
    operationId,
    summary,
    tags: ["market"],
    responses: {
      200: {
        description: "The body from the current snapshot, or the error body while there is none.",
        headers: { ...REPRESENTATION_HEADERS, "Retry-After": RETRY_AFTER },
        content: {
          "application/json": {
            schema: schema === errorSchema ? refTo(schema) : { anyOf: [refTo(schema), refTo(errorSchema)] },
            examples: {
              snapshot: { summary: "An example.", value: body },
              ...(!neverFails && { no_snapshot: { summary: "No snapshot yet.", value: errorBody } }),
            },
          },
        },
      },
      304: NOT_MODIFIED,
      ...COMMON_ERRORS,
    },
  };
}

const SYMBOL_PARAMETER = {
  name: "symbol",
  in: "path",
  required: true,
  description: "A scored symbol, as the exchange names it.",
  schema: { type: "string", maxLength: 32 },
} as const;

function historyOperation({ path, name, summary, schema, example }: HistoryRoute, { refTo }: JsonSchemas): unknown {
  const body: unknown = JSON.parse(historyBody(example()));
  const errorOf = (failure: Omit<Parameters<typeof historyError>[0], "startedAtMs">) =>
    historyError({ startedAtMs: STARTED_AT_MS, ...failure });
  const isOfSymbol = path.includes("{");
  const notScored = {
    description: "The symbol is not scored.",
    content: {
      "application/json": {
        schema: refTo(historyErrorSchema),
        examples: { not_scored: { summary: "Not scored.", value: errorOf(SYMBOL_NOT_SCORED) } },
      },
    },
  };
  return {
    operationId: name,
    summary,
    tags: ["history"],
    ...(isOfSymbol && { parameters: [{ ...SYMBOL_PARAMETER, example: "BTCUSDT" }] }),
    responses: {
      200: {
        description:
          "The newest document, which has a sequence and an `as_of` of its own; or the error body while it is still read, or was not computed yet.",
        headers: { ...DOCUMENT_HEADERS, "Retry-After": RETRY_AFTER },
        content: {
          "application/json": {
            schema: { anyOf: [refTo(schema), refTo(historyErrorSchema)] },
            examples: {
              document: { summary: "An example.", value: body },
              history_warming: { summary: "Not read yet.", value: errorOf(HISTORY_WARMING) },
            },
          },
        },
      },
      304: NOT_MODIFIED,
      ...(isOfSymbol && { 404: notScored }),
      ...COMMON_ERRORS,
    },
  };
}

function symbolOperation(documents: SnapshotDocuments, { refTo }: JsonSchemas): unknown {
  const [analysis] = documents.analyses.values();
  if (analysis === undefined) {
    throw new TypeError("the example has scored symbols");
  }
  const body = confluenceAnalysis(documents.snapshot, analysis, "fresh");
  const noSnapshot = confluenceAnalysisError(NO_SNAPSHOT);
  const notScored = confluenceAnalysisError({ startedAtMs: STARTED_AT_MS, ...SYMBOL_NOT_SCORED });
  return {
    operationId: "confluenceAnalysis",
    summary: "The full explanation of one symbol's score: every signal, weight, contribution and raw figure.",
    tags: ["market"],
    parameters: [{ ...SYMBOL_PARAMETER, example: analysis.symbol }],
    responses: {
      200: {
        description: "The explanation, or the error body while there is no snapshot.",
        headers: { ...REPRESENTATION_HEADERS, "Retry-After": RETRY_AFTER },
        content: {
          "application/json": {
            schema: { anyOf: [refTo(confluenceAnalysisSchema), refTo(confluenceAnalysisErrorSchema)] },
            examples: {
              snapshot: { summary: "An example.", value: body },
              no_snapshot: { summary: "No snapshot yet.", value: noSnapshot },
            },
          },
        },
      },
      304: NOT_MODIFIED,
      404: {
        description: "The symbol is not scored.",
        content: {
          "application/json": {
            schema: refTo(confluenceAnalysisErrorSchema),
            examples: { not_scored: { summary: "Not scored.", value: notScored } },
          },
        },
      },
      ...COMMON_ERRORS,
    },
  };
}
