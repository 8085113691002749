import type { WorkerStateParts } from "@pulseboard/snapshot";
import type { MarketState, Provenance } from "../state/market-state.ts";

/** The part of the state that no public document says exactly: the body of `worker:state`. */
export function stateParts({
  asOfMs,
  overview,
  movers,
  perps,
  scores,
  reference,
  history,
  alerts,
}: MarketState): WorkerStateParts {
  return {
    as_of_ms: asOfMs,
    overview: provenanceFields(overview.provenance),
    movers: provenanceFields(movers.provenance),
    perps: provenanceFields(perps.provenance),
    scores: provenanceFields(scores.provenance),
    reference: {
      market_cap: sourceFields(reference.marketCap),
      fear_greed: sourceFields(reference.fearGreed),
      reason: reference.reason,
    },
    score_history: history.scores,
    dispersion_history: history.dispersion,
    dominance_history: history.btcDominance,
    zones: alerts.zones,
    regime: alerts.regime,
  };
}

/** The reverse of what `stateParts` stores of a section. */
export function provenanceFromPart({ as_of_ms, ...rest }: WorkerStateParts["overview"]): Provenance {
  return { asOfMs: as_of_ms, ...rest };
}

function provenanceFields({ asOfMs, ...rest }: Provenance): WorkerStateParts["overview"] {
  return { as_of_ms: asOfMs, ...rest };
}

function sourceFields(
  data: { readonly source: string; readonly asOfMs: number } | null,
): WorkerStateParts["reference"]["market_cap"] {
  return data === null ? null : { source: data.source, as_of_ms: data.asOfMs };
}
