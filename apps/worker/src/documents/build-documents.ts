import { METHOD_VERSION } from "@pulseboard/engine";
import {
  ALERTS_KEY,
  alertsDocumentSchema,
  analysisDocumentSchema,
  analysisKey,
  finish,
  HISTORY_KEY,
  historyDocumentSchema,
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_HISTORY_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOLS_BYTES,
  MAX_WORKER_STATE_BYTES,
  SCHEMA_VERSION,
  SNAPSHOT_KEY,
  SnapshotBuildError,
  type SnapshotDocuments,
  type Steps,
  SYMBOLS_KEY,
  snapshotSteps,
  symbolsSteps,
  WORKER_STATE_KEY,
  workerStateSchema,
} from "@pulseboard/snapshot";
import type { MarketState } from "../state/market-state.ts";
import { historyFields } from "./history-fields.ts";
import { gateFields, snapshotFieldsSteps } from "./snapshot-fields.ts";
import { stateParts } from "./state-parts.ts";

/** The fields of a snapshot that describe the program which published it. */
export interface SnapshotMeta {
  readonly origin: string;
  readonly simulated: boolean;
  /** The schedule's period, ms. */
  readonly periodMs: number;
}

export interface BuiltDocuments extends Pick<SnapshotDocuments, "snapshot" | "symbols"> {
  /** The JSON text of every document, by key. */
  readonly documents: ReadonlyMap<string, string>;
}

/**
 * All documents of a refresh, validated. A symbol whose analysis would not be valid is left out of
 * all of them: a defect of Pulseboard must not keep the other symbols from their readers.
 * @param generatedAtMs wall time, Unix ms
 * @param onLeftOut is called for each symbol that is left out
 * @throws SnapshotBuildError when any other document would not be valid; nothing is published then
 */
export function buildDocuments(...given: Parameters<typeof documentSteps>): BuiltDocuments {
  return finish(documentSteps(...given));
}

/** The same in steps, none of which makes the text of more than one document. */
export function* documentSteps(
  state: MarketState,
  meta: SnapshotMeta,
  sequence: number,
  generatedAtMs: number,
  onLeftOut: (symbol: string, error: SnapshotBuildError) => void,
): Steps<BuiltDocuments> {
  const envelope = {
    schema_version: SCHEMA_VERSION,
    method_version: METHOD_VERSION,
    sequence,
    origin: meta.origin,
    simulated: meta.simulated,
  } as const;
  const ofScores = { ...envelope, method_version: state.methodVersion };
  const outlook_gates = gateFields(state.outlookGates);
  const analyses = new Map<string, string>();
  for (const [symbol, { analysis }] of state.scores.value) {
    const key = analysisKey(symbol);
    try {
      const document = { ...ofScores, ...analysis, outlook_gates };
      analyses.set(key, validText(analysisDocumentSchema, document, key, MAX_ANALYSIS_BYTES));
    } catch (error) {
      if (!(error instanceof SnapshotBuildError)) {
        throw error;
      }
      onLeftOut(symbol, error);
    }
    yield;
  }
  const published = withAnalyses(state, analyses);
  const fields = {
    ...(yield* snapshotFieldsSteps(published)),
    ...metaFields(meta),
    sequence,
    generated_at_ms: generatedAtMs,
  };
  const documents = new Map<string, string>(analyses);
  yield;
  const snapshot = yield* snapshotSteps(fields);
  yield;
  documents.set(SNAPSHOT_KEY, limitedText(snapshot, SNAPSHOT_KEY, MAX_SNAPSHOT_BYTES));
  yield;
  const symbols = yield* symbolsSteps(fields);
  yield;
  documents.set(SYMBOLS_KEY, limitedText(symbols, SYMBOLS_KEY, MAX_SYMBOLS_BYTES));
  yield;
  const alerts = { ...envelope, ...state.alerts };
  documents.set(ALERTS_KEY, validText(alertsDocumentSchema, alerts, ALERTS_KEY, MAX_ALERTS_BYTES));
  yield;
  const parts = { ...envelope, ...stateParts(published) };
  documents.set(WORKER_STATE_KEY, validText(workerStateSchema, parts, WORKER_STATE_KEY, MAX_WORKER_STATE_BYTES));
  yield;
  const history = { ...envelope, ...historyFields(state) };
  documents.set(HISTORY_KEY, validText(historyDocumentSchema, history, HISTORY_KEY, MAX_HISTORY_BYTES));
  return { documents, snapshot, symbols };
}

function metaFields({ origin, simulated, periodMs }: SnapshotMeta) {
  return { origin, simulated, period_ms: periodMs };
}

/** The state with only those scores whose analysis is among the documents. */
function withAnalyses(state: MarketState, analyses: ReadonlyMap<string, string>): MarketState {
  const { scores } = state;
  const value = new Map([...scores.value].filter(([symbol]) => analyses.has(analysisKey(symbol))));
  return { ...state, scores: { ...scores, value, provenance: { ...scores.provenance, received: value.size } } };
}

interface Checker {
  safeParse(document: unknown): {
    readonly success: boolean;
    readonly error?: { readonly message: string } | undefined;
  };
}

function validText(schema: Checker, document: unknown, key: string, maxBytes: number): string {
  assertValid(schema, document, key);
  return limitedText(document, key, maxBytes);
}

/** @throws SnapshotBuildError when the document is not of its schema */
export function assertValid(schema: Checker, document: unknown, key: string): void {
  const result = schema.safeParse(document);
  if (!result.success) {
    throw new SnapshotBuildError(`${key} is not valid: ${result.error?.message ?? "unknown"}`);
  }
}

/** @throws SnapshotBuildError when the document is too long */
export function limitedText(document: unknown, key: string, maxBytes: number): string {
  const json = JSON.stringify(document);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) {
    throw new SnapshotBuildError(`${key} has ${bytes} bytes, more than the ${maxBytes} that it may have`);
  }
  return json;
}
