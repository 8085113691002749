import { METHOD_VERSION } from "@pulseboard/engine";
import {
  ALERTS_KEY,
  type AlertsDocument,
  HISTORY_KEY,
  type MobileSnapshot,
  methodVersionOf,
  OUTLOOK_COLLECTING,
  parseAlerts,
  parseHistory,
  parseSnapshot,
  parseSymbols,
  parseWorkerState,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  WORKER_STATE_KEY,
  type WorkerStateParts,
} from "@pulseboard/snapshot";
import { NO_ALERTS } from "../alerts/next-alerts.ts";
import { EMPTY_HISTORY } from "../state/history.ts";
import type { AlertMemory, History, MarketState } from "../state/market-state.ts";
import { historyFromDocument } from "./history-fields.ts";
import { loadReference, loadScores, loadSections } from "./load-sections.ts";
import { averagesFromPart, dwellFromPart } from "./state-parts.ts";
import { type StoredMemory, storedMarketTimeMs, withoutImpossibleTimes } from "./stored-times.ts";

/** A state that was published earlier, or the reason why it cannot be used. */
export type LoadedState =
  | {
      readonly state: MarketState;
      /** Why there are no alerts; null where they could be read, and where none were published. */
      readonly alertsProblem: string | null;
      /** The problem with `worker:state`; null when all of it was read. */
      readonly workerStateProblem: string | null;
    }
  | { readonly problem: string };

/**
 * Loads the state that `buildDocuments` wrote, so that a restarted worker continues with the last known good sections. The
 * public documents give back the figures they show, `worker:state` the rest. Each part of it that cannot be read, or is
 * of another refresh, is replaced by the nearest that other documents say: times in whole seconds, and the histories and
 * alert zones that the version before `worker:state` published.
 * @param origin the configured one; documents of another market are not used
 */
export function loadMarketState(documents: ReadonlyMap<string, string>, origin: string): LoadedState {
  const parsed = parseSnapshot(documents.get(SNAPSHOT_KEY) ?? "");
  if (!parsed.ok) {
    return { problem: `${SNAPSHOT_KEY}: ${parsed.problem}` };
  }
  const { snapshot } = parsed;
  const symbols = parseSymbols(documents.get(SYMBOLS_KEY) ?? "");
  const symbolsProblem = symbols.ok ? differenceOf(symbols.symbols, snapshot) : symbols.problem;
  if (!symbols.ok || symbolsProblem !== null) {
    return { problem: `${SYMBOLS_KEY}: ${symbolsProblem}` };
  }
  if (snapshot.origin !== origin) {
    return { problem: `its origin is ${snapshot.origin}, this worker's is ${origin}` };
  }
  const alerts = parseAlerts(documents.get(ALERTS_KEY) ?? "");
  const alertsProblem = alerts.ok ? differenceOf(alerts.alerts, snapshot) : alerts.problem;
  const history = parseHistory(documents.get(HISTORY_KEY) ?? "");
  const { parts, problem } = parseWorkerState(documents.get(WORKER_STATE_KEY), snapshot, METHOD_VERSION);
  const { leftOut, alertsAreLeftOut, ...memory } = withoutImpossibleTimes(snapshot, {
    parts,
    history: history.ok && differenceOf(history.history, snapshot) === null ? history.history : null,
    alerts: alerts.ok && alertsProblem === null ? alerts.alerts : null,
  });
  const timesProblem = leftOut.length === 0 ? null : `${leftOut.join(", ")}: ${IMPOSSIBLE_TIME}`;
  return {
    state: toMarketState(snapshot, loadScores(symbols.symbols, documents), memory),
    alertsProblem: alertsAreLeftOut ? IMPOSSIBLE_TIME : documents.has(ALERTS_KEY) ? alertsProblem : null,
    workerStateProblem: [problem, timesProblem].filter((text) => text !== null).join("; ") || null,
  };
}

const IMPOSSIBLE_TIME = "a time that cannot be, beside those of the snapshot";

type Envelope = Pick<MobileSnapshot, "sequence" | "origin">;

/** Why a document does not belong to the snapshot beside it; null where it does. */
function differenceOf({ sequence, origin }: Envelope, snapshot: Envelope): string | null {
  const isSame = sequence === snapshot.sequence && origin === snapshot.origin;
  return isSame ? null : `it is of sequence ${sequence} from ${origin}`;
}

function toMarketState(
  snapshot: MobileSnapshot,
  scored: MarketState["scores"]["value"],
  memory: StoredMemory,
): MarketState {
  const { parts, history, alerts } = memory;
  const { market_overview: overview, missing } = snapshot;
  return {
    asOfMs: storedMarketTimeMs(snapshot, memory),
    ...loadSections(snapshot, scored, parts),
    reference: loadReference(snapshot, parts.reference),
    bitcoinVolatility: {
      annualisedPercent: overview.btc_volatility,
      dailyPercent: overview.btc_daily_volatility,
      reason: missing["market_overview.btc_volatility"] ?? null,
    },
    methodVersion: scored.size === 0 ? METHOD_VERSION : methodVersionOf(snapshot),
    averages: averagesFromPart(parts.averages ?? {}),
    regime: { name: overview.market_regime, reason: missing["market_overview.market_regime"] ?? null },
    regimeDwell: dwellFromPart(parts.shown_regime ?? null),
    history: loadHistory(parts, history === null ? EMPTY_HISTORY : historyFromDocument(history)),
    alerts: loadAlertMemory(parts, alerts),
    outlookGates: snapshot.outlook_gates ?? OUTLOOK_COLLECTING,
  };
}

function loadHistory(parts: Partial<WorkerStateParts>, legacy: History): History {
  return {
    scores: parts.score_history ?? legacy.scores,
    dispersion: parts.dispersion_history ?? legacy.dispersion,
    // Null says that there is none; undefined that it could not be read.
    btcDominance: parts.dominance_history === undefined ? legacy.btcDominance : parts.dominance_history,
    meanSignal: parts.regime_samples ?? legacy.meanSignal,
  };
}

/** Zones and regime rest on scores: of alerts of another version of the method, only the past ones stay. */
function loadAlertMemory(parts: Partial<WorkerStateParts>, stored: AlertsDocument | null): AlertMemory {
  const isOfThisMethod = stored !== null && methodVersionOf(stored) === METHOD_VERSION;
  const { zones, regime } = isOfThisMethod ? stored : NO_ALERTS;
  return { alerts: stored?.alerts ?? [], zones: parts.zones ?? zones, regime: parts.regime ?? regime };
}
