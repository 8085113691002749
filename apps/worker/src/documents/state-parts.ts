import type { WorkerStateParts } from "@pulseboard/snapshot";
import type { Averages, MarketState, Provenance } from "../state/market-state.ts";

/** The part of the state that no public document says exactly: the body of `worker:state`. */
export function stateParts({
  asOfMs,
  overview,
  movers,
  perps,
  scores,
  averages,
  reference,
  regimeDwell,
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
    averages: Object.fromEntries(
      [...averages].map(([symbol, { contributions, asOfMs: foldedMs, beganAtMs, afterGap }]) => [
        symbol,
        {
          contributions,
          as_of_ms: foldedMs,
          ...(beganAtMs === undefined ? {} : { began_at_ms: beganAtMs }),
          ...(afterGap === true ? { after_gap: true } : {}),
        },
      ]),
    ),
    regime_samples: history.meanSignal,
    shown_regime: regimeDwell && {
      name: regimeDwell.name,
      differs_since_ms: regimeDwell.differsSinceMs,
      unknown_since_ms: regimeDwell.unknownSinceMs,
      as_of_ms: regimeDwell.asOfMs,
    },
  };
}

/** The reverse of what `stateParts` stores of the averages. */
export function averagesFromPart(part: WorkerStateParts["averages"]): Averages {
  return new Map(
    Object.entries(part).map(([symbol, { contributions, as_of_ms, began_at_ms, after_gap }]) => [
      symbol,
      {
        contributions,
        asOfMs: as_of_ms,
        ...(began_at_ms === undefined ? {} : { beganAtMs: began_at_ms }),
        ...(after_gap === true ? { afterGap: true } : {}),
      },
    ]),
  );
}

/** The reverse of what `stateParts` stores of the shown regime. */
export function dwellFromPart(part: WorkerStateParts["shown_regime"]): MarketState["regimeDwell"] {
  return (
    part && {
      name: part.name,
      differsSinceMs: part.differs_since_ms,
      unknownSinceMs: part.unknown_since_ms,
      asOfMs: part.as_of_ms,
    }
  );
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
