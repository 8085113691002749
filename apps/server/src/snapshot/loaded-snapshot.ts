import type { Clock } from "@pulseboard/runtime";
import {
  ALERTS_KEY,
  type AlertsDocument,
  analysisKey,
  type Freshness,
  freshness,
  freshUntilMs,
  type MobileSnapshot,
  parseAlerts,
  parseSnapshot,
  parseSymbols,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  type SymbolsDocument,
  unixMsFromIso,
} from "@pulseboard/snapshot";
import type { Publication } from "@pulseboard/storage";

/** A snapshot that passed all checks, with the documents that were published with it. */
export interface LoadedSnapshot {
  readonly snapshot: MobileSnapshot;
  readonly symbols: SymbolsDocument;
  /** Null when there are none or they cannot be used; the market is shown all the same. */
  readonly alerts: AlertsDocument | null;
  /** By symbol, the JSON text of its analysis. There are many, so they are parsed later, one by one. */
  readonly analysisTexts: ReadonlyMap<string, string>;
  /** Unix ms. */
  readonly generatedAtMs: number;
  /** When it was loaded here: Unix ms ... */
  readonly loadedAtMs: number;
  /** ... and on the monotonic clock. */
  readonly loadedAtMonotonicMs: number;
}

export type LoadResult =
  /** `alertsProblem` says why alerts that were published cannot be used. */
  | { readonly ok: true; readonly loaded: LoadedSnapshot; readonly alertsProblem: string | null }
  | { readonly ok: false; readonly problem: string };

/**
 * Parses a publication and checks everything that phones rely on.
 *
 * @param origin - The market that this server is configured for; documents of another one are refused.
 */
export function load(publication: Publication, origin: string, clock: Clock): LoadResult {
  const snapshotText = publication.documents.get(SNAPSHOT_KEY);
  if (snapshotText === undefined) {
    return refused(`${SNAPSHOT_KEY} is missing`);
  }
  const symbolsText = publication.documents.get(SYMBOLS_KEY);
  if (symbolsText === undefined) {
    return refused(`${SYMBOLS_KEY} is missing`);
  }

  const parsedSnapshot = parseSnapshot(snapshotText);
  if (!parsedSnapshot.ok) {
    return refused(`${SNAPSHOT_KEY}: ${parsedSnapshot.problem}`);
  }
  const parsedSymbols = parseSymbols(symbolsText);
  if (!parsedSymbols.ok) {
    return refused(`${SYMBOLS_KEY}: ${parsedSymbols.problem}`);
  }

  const { snapshot } = parsedSnapshot;
  const { symbols } = parsedSymbols;
  for (const [key, document] of [
    [SNAPSHOT_KEY, snapshot],
    [SYMBOLS_KEY, symbols],
  ] as const) {
    if (document.origin !== origin) {
      return refused(`${key} is from ${document.origin}, and this server shows ${origin}`);
    }
    if (document.sequence !== publication.sequence) {
      return refused(`${key} belongs to another refresh than its publication`);
    }
  }
  const { alerts, problem } = readAlerts(publication, origin);
  const loaded: LoadedSnapshot = {
    snapshot,
    symbols,
    alerts,
    analysisTexts: analysisTextsOf(symbols, publication),
    generatedAtMs: unixMsFromIso(snapshot.generated_at),
    loadedAtMs: clock.nowMs(),
    loadedAtMonotonicMs: clock.monotonicMs(),
  };
  return { ok: true, loaded, alertsProblem: problem };
}

function refused(problem: string): LoadResult {
  return { ok: false, problem };
}

function analysisTextsOf({ symbols }: SymbolsDocument, { documents }: Publication): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { symbol } of symbols) {
    const text = documents.get(analysisKey(symbol));
    if (text !== undefined) {
      texts.set(symbol, text);
    }
  }
  return texts;
}

/** Reads the alerts of this refresh. Alerts that cannot be used are no reason to refuse a market. */
function readAlerts(
  { sequence, documents }: Publication,
  origin: string,
): { readonly alerts: AlertsDocument | null; readonly problem: string | null } {
  const text = documents.get(ALERTS_KEY);
  if (text === undefined) {
    return { alerts: null, problem: null };
  }
  const parsed = parseAlerts(text);
  if (!parsed.ok) {
    return { alerts: null, problem: parsed.problem };
  }
  const { alerts } = parsed;
  return alerts.sequence === sequence && alerts.origin === origin
    ? { alerts, problem: null }
    : { alerts: null, problem: "they belong to another refresh or market than their publication" };
}

/** The clocks of worker and server may differ by this much. A snapshot from further in the future was made by a wrong clock. */
const MAX_AHEAD_MS = 60_000;
/** By how much the wall clock may get ahead of the monotonic one. More is a clock that was set, or a machine that slept. */
const MAX_JUMP_MS = 2_000;

/**
 * Age of a snapshot, ms, never negative; null when it cannot be known. Once it is loaded its age grows by the monotonic clock, so that a
 * wall clock that is set back changes nothing. One that jumps ahead was set, or the machine slept, for which the monotonic clock stands
 * still: which of both cannot be told.
 */
export function snapshotAgeMs(
  { generatedAtMs, loadedAtMs, loadedAtMonotonicMs }: LoadedSnapshot,
  clock: Clock,
): number | null {
  const heldMs = clock.monotonicMs() - loadedAtMonotonicMs;
  const jumpMs = clock.nowMs() - loadedAtMs - heldMs;
  if (generatedAtMs - loadedAtMs > MAX_AHEAD_MS || jumpMs > MAX_JUMP_MS) {
    return null;
  }
  return Math.max(0, loadedAtMs - generatedAtMs) + heldMs;
}

/** When a snapshot stops being fresh, Unix ms. */
export function staleFromMs({ generatedAtMs, snapshot }: LoadedSnapshot, freshForMs: number | null): number {
  return freshUntilMs({ generatedAtMs, periodMs: snapshot.period_ms, freshForMs });
}

/** Tells whether a snapshot of this age is fresh or stale. One of unknown age is stale: nobody may take it for live. */
export function snapshotFreshness(
  { generatedAtMs, snapshot }: LoadedSnapshot,
  ageMs: number | null,
  freshForMs: number | null,
): Freshness {
  if (ageMs === null) {
    return "stale";
  }
  return freshness({ generatedAtMs, periodMs: snapshot.period_ms, freshForMs, nowMs: generatedAtMs + ageMs });
}
