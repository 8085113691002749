import {
  type ConfluenceScore,
  type OutlookGates,
  rowFromAnalysis,
  type SnapshotFields,
  type Steps,
} from "@pulseboard/snapshot";
import { meanDispersion, NO_SAMPLES } from "../state/history.ts";
import type { MarketState, Provenance, Section } from "../state/market-state.ts";
import { referenceSection } from "../state/reference.ts";
import { roundOrNull } from "../state/rounding.ts";
import { reasonsForNulls } from "../state/section.ts";

const ROWS_IN_A_STEP = 25;

/** The part of the state that the public documents show, in their words; some symbols in a step. */
export function* snapshotFieldsSteps(
  state: MarketState,
): Steps<Omit<SnapshotFields, "sequence" | "period_ms" | "origin" | "simulated" | "generated_at_ms">> {
  const { overview, movers, perps, scores, bitcoinVolatility, regime, history } = state;
  const rows: ConfluenceScore[] = [];
  for (const [symbol, { analysis, row }] of scores.value) {
    rows.push(rowFromAnalysis(analysis, row, history.scores[symbol] ?? NO_SAMPLES));
    if (rows.length % ROWS_IN_A_STEP === 0) {
      yield;
    }
  }
  const reference = referenceSection(state.reference, state.asOfMs);
  const bitcoin = {
    btc_volatility: bitcoinVolatility.annualisedPercent,
    btc_daily_volatility: bitcoinVolatility.dailyPercent,
  };
  const dispersion = meanDispersion(history.dispersion);
  const mean = {
    avg_market_dispersion: roundOrNull(dispersion?.mean ?? null, 4),
    avg_market_dispersion_span_ms: dispersion?.spanMs ?? null,
  };
  const sections: readonly Section<unknown>[] = [overview, movers, perps, reference, scores];
  return {
    method_version: state.methodVersion,
    sections: {
      overview: sectionFields(overview.provenance),
      scores: sectionFields(scores.provenance),
      movers: sectionFields(movers.provenance),
      perps: sectionFields(perps.provenance),
      reference: sectionFields(reference.provenance),
    },
    market_overview: {
      market_regime: regime.name,
      ...overview.value.overview,
      ...mean,
      ...bitcoin,
      ...reference.value,
    },
    market_breadth: overview.value.breadth,
    confluence_scores: rows,
    top_movers: movers.value,
    perps: perps.value,
    outlook_gates: gateFields(state.outlookGates),
    missing: {
      ...Object.assign({}, ...sections.map(({ missing }) => missing)),
      ...reasonsForNulls("market_overview", mean, "too_short"),
      ...reasonsForNulls("market_overview", bitcoin, bitcoinVolatility.reason ?? "too_short"),
      ...(regime.reason !== null && { "market_overview.market_regime": regime.reason }),
    },
  };
}

/** What the documents say of each horizon's gate, which may know more. */
export function gateFields({ "1h": hour, "4h": fourHours }: OutlookGates): OutlookGates {
  const fields = ({ shown, why }: OutlookGates["1h"]) => ({ shown, why });
  return { "1h": fields(hour), "4h": fields(fourHours) };
}

function sectionFields(provenance: Provenance): SnapshotFields["sections"]["overview"] {
  const { asOfMs, source, stale, expected, received, reason } = provenance;
  return { as_of: asOfMs === null ? null : Math.floor(asOfMs / 1000), source, stale, expected, received, reason };
}
