import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { REGIMES, regimesOf, UNKNOWN, type UnknownSamples } from "./regime-of-document.mts";
import { signalOf } from "./score-average.mts";

export type RegimeDocument = Pick<MobileSnapshot, "missing" | "market_breadth"> & {
  readonly market_overview: Pick<
    MobileSnapshot["market_overview"],
    "market_regime" | "market_dispersion" | "fear_greed_value"
  >;
  readonly sections: Pick<MobileSnapshot["sections"], "overview" | "scores" | "reference">;
};

/**
 * A regime is shown where the document's own figures, all of which are compared with the ledger elsewhere, give one, and unknown where
 * they give none. Which name is shown depends on those of the hour before: see `checkDwell`.
 */
export function checkRegime(document: RegimeDocument, scores: readonly number[]): readonly Mismatch[] {
  const { missing, market_overview: overview, market_breadth: breadth, sections } = document;
  const shown = overview.market_regime;
  if (shown !== UNKNOWN && !REGIMES.has(shown)) {
    return [`overview: market_regime is ${shown}, which is none`];
  }
  if (shown === UNKNOWN && missing["market_overview.market_regime"] === "stale_input") {
    const isStale = sections.overview.stale || sections.scores.stale;
    return isStale ? [] : ["overview: market_regime is UNKNOWN for stale figures, and none is"];
  }
  if (breadth.up === null) {
    return shown === UNKNOWN ? [] : [`overview: market_regime is ${shown} without any breadth`];
  }
  const computed = computedRegimes(document, scores, { most: 0, largestMean: 0 });
  return computed.has(UNKNOWN) === (shown === UNKNOWN)
    ? []
    : [`overview: market_regime is ${shown}, and the document's figures give ${[...computed].join(" or ")}`];
}

/** The names that the document's own figures may give; "UNKNOWN" without figures. */
export function computedRegimes(
  { market_overview: overview, market_breadth: breadth, sections }: RegimeDocument,
  scores: readonly number[],
  samples: UnknownSamples,
): ReadonlySet<string> {
  const { market_dispersion: dispersion, fear_greed_value: fearGreed } = overview;
  const { up, down, flat } = breadth;
  if (up === null || down === null || flat === null || dispersion === null) {
    return new Set([UNKNOWN]);
  }
  // What is shown of a silent source may be too old to count.
  const readings = sections.reference.stale ? [fearGreed, null] : [fearGreed];
  const figures = { signals: scores.map(signalOf), up, down, flat, dispersion };
  return new Set(readings.flatMap((value) => [...regimesOf({ ...figures, fearGreed: value }, samples)]));
}
