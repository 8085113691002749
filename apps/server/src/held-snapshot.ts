import type { Clock } from "@pulseboard/runtime";
import {
  ALERTS_KEY,
  type AlertsDocument,
  analysisKey,
  type Freshness,
  freshness,
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

/** A snapshot that is good to be served, with the list of all symbols that belongs to it. */
export interface HeldSnapshot {
  readonly snapshot: MobileSnapshot;
  readonly symbols: SymbolsDocument;
  /** Null where there are none, or none that can be read: the market is shown all the same. */
  readonly alerts: AlertsDocument | null;
  /** Unix ms. */
  readonly generatedAtMs: number;
  /** Of the clock that is never set back, when it came here. */
  readonly receivedAtMonotonicMs: number;
}

/** By symbol, the JSON text of its analysis: there are many, so they are checked one by one where there is time. */
export type AnalysisTexts = ReadonlyMap<string, string>;

/** What was read from a publication: a snapshot, or why it must not be served. */
export type ReadSnapshot =
  | {
      readonly ok: true;
      readonly snapshot: MobileSnapshot;
      readonly symbols: SymbolsDocument;
      readonly alerts: AlertsDocument | null;
      /** Why alerts that are there cannot be used. */
      readonly alertsProblem: string | null;
      readonly analyses: AnalysisTexts;
    }
  | { readonly ok: false; readonly problem: string };

/** Checks everything that a phone will rely on. `origin` is the one that this server is configured for. */
export function readPublication(publication: Publication, origin: string): ReadSnapshot {
  const snapshotText = publication.documents.get(SNAPSHOT_KEY);
  if (snapshotText === undefined) {
    return refused(`${SNAPSHOT_KEY} is missing`);
  }
  const symbolsText = publication.documents.get(SYMBOLS_KEY);
  if (symbolsText === undefined) {
    return refused(`${SYMBOLS_KEY} is missing`);
  }

  const ofSnapshot = parseSnapshot(snapshotText);
  if (!ofSnapshot.ok) {
    return refused(`${SNAPSHOT_KEY}: ${ofSnapshot.problem}`);
  }
  const ofSymbols = parseSymbols(symbolsText);
  if (!ofSymbols.ok) {
    return refused(`${SYMBOLS_KEY}: ${ofSymbols.problem}`);
  }

  const { snapshot } = ofSnapshot;
  const { symbols } = ofSymbols;
  for (const [key, document] of [
    [SNAPSHOT_KEY, snapshot],
    [SYMBOLS_KEY, symbols],
  ] as const) {
    if (document.origin !== origin) {
      return refused(`${key} is of ${document.origin}, and this server shows ${origin}`);
    }
    if (document.sequence !== publication.sequence) {
      return refused(`${key} is of another refresh than its publication`);
    }
  }
  const analyses = new Map<string, string>();
  for (const { symbol } of symbols.symbols) {
    const text = publication.documents.get(analysisKey(symbol));
    if (text !== undefined) {
      analyses.set(symbol, text);
    }
  }
  return { ok: true, snapshot, symbols, ...readAlerts(publication, origin), analyses };
}

/** Alerts are no reason to refuse a market: without any that are of this refresh and can be read, there are none. */
function readAlerts(
  { sequence, documents }: Publication,
  origin: string,
): { readonly alerts: AlertsDocument | null; readonly alertsProblem: string | null } {
  const text = documents.get(ALERTS_KEY);
  if (text === undefined) {
    return { alerts: null, alertsProblem: null };
  }
  const read = parseAlerts(text);
  if (!read.ok) {
    return { alerts: null, alertsProblem: read.problem };
  }
  const isOurs = read.alerts.sequence === sequence && read.alerts.origin === origin;
  return isOurs
    ? { alerts: read.alerts, alertsProblem: null }
    : { alerts: null, alertsProblem: "of another refresh or market than its publication" };
}

function refused(problem: string): ReadSnapshot {
  return { ok: false, problem };
}

/** The snapshot just read, with the moment at which it came. */
export function hold(
  { snapshot, symbols, alerts }: Pick<HeldSnapshot, "snapshot" | "symbols" | "alerts">,
  clock: Clock,
): HeldSnapshot {
  return {
    snapshot,
    symbols,
    alerts,
    generatedAtMs: unixMsFromIso(snapshot.generated_at),
    receivedAtMonotonicMs: clock.monotonicMs(),
  };
}

/**
 * How old a snapshot is, ms, never negative. A wall clock that was set back would make it young again: it is at least
 * as old as it has been here.
 */
export function snapshotAgeMs(held: HeldSnapshot, clock: Clock): number {
  const hereMs = clock.monotonicMs() - held.receivedAtMonotonicMs;
  return Math.max(clock.nowMs() - held.generatedAtMs, hereMs, 0);
}

/** Whether a snapshot of this age still speaks for now. */
export function snapshotFreshness(held: HeldSnapshot, ageMs: number, freshForMs: number | null): Freshness {
  const { generatedAtMs, snapshot } = held;
  return freshness({ generatedAtMs, periodMs: snapshot.period_ms, freshForMs, nowMs: generatedAtMs + ageMs });
}
