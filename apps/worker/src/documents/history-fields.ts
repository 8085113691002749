import { METHOD_VERSION } from "@pulseboard/engine";
import { type HistoryDocument, methodVersionOf } from "@pulseboard/snapshot";
import { NO_SAMPLES } from "../state/history.ts";
import type { History, MarketState } from "../state/market-state.ts";

// `worker:history` is how the version before `worker:state` stored the histories. It is written for one version, so that
// a rollback loses nothing, and read after an upgrade. Both functions go with the next version.

/** The body of `worker:history`. */
export function historyFields({
  history: { scores, dispersion, btcDominance },
  asOfMs,
}: MarketState): Omit<HistoryDocument, "schema_version" | "method_version" | "sequence" | "origin" | "simulated"> {
  return {
    as_of: Math.floor(asOfMs / 1000),
    scores: Object.fromEntries(Object.entries(scores).map(([symbol, { at, value }]) => [symbol, { at, score: value }])),
    market_dispersion: dispersion,
    btc_dominance: btcDominance,
  };
}

/** The reverse. Scores of another version of the method are not continued. */
export function historyFromDocument(document: HistoryDocument): History {
  const { scores, market_dispersion, btc_dominance } = document;
  const continued = methodVersionOf(document) === METHOD_VERSION ? Object.entries(scores) : [];
  return {
    scores: Object.fromEntries(continued.map(([symbol, { at, score }]) => [symbol, { at, value: score }])),
    dispersion: market_dispersion,
    btcDominance: btc_dominance,
    meanSignal: NO_SAMPLES,
  };
}
