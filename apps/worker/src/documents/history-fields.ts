import type { HistoryDocument } from "@pulseboard/snapshot";
import type { History, MarketState } from "../state/market-state.ts";

// `worker:history` is how the version before `worker:state` stored the histories. It is written for one version, so that
// a rollback loses nothing, and read after an upgrade. Both functions go with the next version.

/** The body of `worker:history`. */
export function historyFields({
  history: { scores, dispersion, btcDominance },
  asOfMs,
}: MarketState): Omit<HistoryDocument, "schema_version" | "sequence" | "origin" | "simulated"> {
  return {
    as_of: Math.floor(asOfMs / 1000),
    scores: Object.fromEntries(Object.entries(scores).map(([symbol, { at, value }]) => [symbol, { at, score: value }])),
    market_dispersion: dispersion,
    btc_dominance: btcDominance,
  };
}

/** The reverse. */
export function historyFromDocument({ scores, market_dispersion, btc_dominance }: HistoryDocument): History {
  return {
    scores: Object.fromEntries(Object.entries(scores).map(([symbol, { at, score }]) => [symbol, { at, value: score }])),
    dispersion: market_dispersion,
    btcDominance: btc_dominance,
  };
}
