import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { regimeOf } from "./regime-of-document.mts";

const UNKNOWN = "UNKNOWN";

type RegimeDocument = Pick<MobileSnapshot, "missing" | "market_breadth"> & {
  readonly market_overview: Pick<
    MobileSnapshot["market_overview"],
    "market_regime" | "market_dispersion" | "fear_greed_value"
  >;
  readonly sections: Pick<MobileSnapshot["sections"], "overview" | "scores" | "reference">;
};

/** The regime is the one that the document's own figures give, all of which are compared with the ledger elsewhere. */
export function checkRegime(
  { missing, market_overview: overview, market_breadth: breadth, sections }: RegimeDocument,
  scores: readonly number[],
): readonly Mismatch[] {
  const { market_regime: shown, market_dispersion: dispersion, fear_greed_value: fearGreed } = overview;
  const { up, down, flat } = breadth;
  const reason = missing["market_overview.market_regime"];
  if (shown === UNKNOWN && reason === "stale_input") {
    const isStale = sections.overview.stale || sections.scores.stale;
    return isStale ? [] : ["overview: market_regime is UNKNOWN for stale figures, and none is"];
  }
  if (up === null || down === null || flat === null || dispersion === null) {
    return shown === UNKNOWN ? [] : [`overview: market_regime is ${shown} without any breadth`];
  }
  // What is shown of a silent source may be too old to count.
  const readings = sections.reference.stale ? [fearGreed, null] : [fearGreed];
  const expected = readings.map((value) => regimeOf({ scores, up, down, flat, dispersion, fearGreed: value }));
  return expected.includes(shown)
    ? []
    : [`overview: market_regime is ${shown}, and the document's figures give ${expected.join(" or ")}`];
}
