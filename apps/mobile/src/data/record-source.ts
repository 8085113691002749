import type { RecordDocument } from "@pulseboard/snapshot";
import type { DocumentsOptions, Loaded } from "./documents.ts";
import { type FetchResult, failureSentence, fetchJson } from "./fetch-json.ts";
import { isErrorBody, isReadable } from "./response-guards.ts";

/** The record changes once a day. It is large, and asked for again with its ETag only, so that the same one is not sent twice. */
const KEPT_FOR_MS = 30 * 60_000;
const STORED_AS = "record";

/**
 * Loads the record from the server, or from its copy on the device when the server cannot be reached. What the server has said stands
 * for half an hour, also that it knows no record; all else may be asked for again at once.
 */
export function createRecordSource(options: DocumentsOptions): () => Promise<Loaded<RecordDocument>> {
  const { clock, market } = options;
  let underWay: Promise<Loaded<RecordDocument>> | null = null;
  let kept: {
    readonly loaded: Loaded<RecordDocument>;
    readonly market: string | null;
    readonly untilMs: number;
  } | null = null;

  const load = async (): Promise<Loaded<RecordDocument>> => {
    const result = await fetchJson("/api/record", options);
    const loaded = settle(result, options);
    const isAnswer = isUnknown(result) || (loaded.ok && !loaded.fromDevice);
    kept = isAnswer ? { loaded, market: market(), untilMs: clock.elapsedMs() + KEPT_FOR_MS } : null;
    return loaded;
  };

  return () => {
    if (kept !== null && kept.market === market() && clock.elapsedMs() < kept.untilMs) {
      return Promise.resolve(kept.loaded);
    }
    underWay ??= load().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

function settle(result: FetchResult, { store, market }: DocumentsOptions): Loaded<RecordDocument> {
  const origin = market();
  if (result.kind === "body" && isRecord(result.body)) {
    if (origin !== null) {
      store.writeBody(STORED_AS, { origin, body: result.body });
    }
    return { ok: true, value: result.body, fromDevice: false };
  }
  if (result.kind === "body" && isErrorBody(result.body)) {
    return { ok: false, reason: NOT_YET };
  }
  if (isUnknown(result)) {
    store.deleteBody(STORED_AS);
    return { ok: false, reason: OLDER_SERVER };
  }
  const stored = store.readBody(STORED_AS);
  if (stored !== null && stored.origin === origin && isRecord(stored.body)) {
    return { ok: true, value: stored.body, fromDevice: true };
  }
  const failure = failureSentence(result.kind === "failed" ? result.failure : { kind: "not-ours" });
  return { ok: false, reason: `The record could not be loaded. ${failure}` };
}

const NOT_YET = "There is no record yet. The server computes one a day, the first soon after its start.";
const OLDER_SERVER = "This server keeps no record: it is older than this page.";

function isUnknown(result: FetchResult): boolean {
  return result.kind === "failed" && result.failure.kind === "status" && result.failure.status === 404;
}

/** By its outline, as the other bodies are recognised. */
function isRecord(body: unknown): body is RecordDocument {
  const { status, schema_version, named, horizons } = Object(body);
  return (
    status === "success" &&
    isReadable(schema_version) &&
    ["1h", "4h", "24h"].every((horizon) => Object(horizons?.[horizon]?.ranked?.score).claim !== undefined) &&
    horizons[named?.horizon]?.lines?.[named.line]?.claim !== undefined
  );
}
