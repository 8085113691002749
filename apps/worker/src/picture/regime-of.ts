import { classifyRegime } from "@pulseboard/engine";
import { UNKNOWN_REGIME } from "@pulseboard/snapshot";
import { btcDominanceChange24h } from "../history.ts";
import { isRecent, STILL_TRUE_MS } from "./part.ts";
import type { Picture } from "./picture.ts";
import { FEAR_GREED_STALE_AFTER_MS, isOlder } from "./reference-part.ts";

/** What is too old to say something about now does not enter: without overview or scores there is no regime. */
export function regimeOf({
  overview,
  scores,
  reference,
  history,
  asOfMs,
}: Pick<Picture, "overview" | "scores" | "reference" | "history" | "asOfMs">): Picture["regime"] {
  const { up, down, flat, breadth_percentage, sentiment } = overview.value.breadth;
  if (up === null || down === null || flat === null) {
    return { name: UNKNOWN_REGIME, reason: "source_unavailable" };
  }
  const tooOld = [overview, ...(scores.value.length > 0 ? [scores] : [])].some(
    (part) => !isRecent(part, asOfMs, STILL_TRUE_MS),
  );
  if (tooOld) {
    return { name: UNKNOWN_REGIME, reason: "stale_input" };
  }
  const isMoodKnown = !isOlder(reference.fearGreed, asOfMs, FEAR_GREED_STALE_AFTER_MS);
  const regime = classifyRegime({
    scores: scores.value.map(({ row }) => row.score),
    breadth: { advancing: up, declining: down, flat, advancingPercent: breadth_percentage, sentiment },
    dispersionPercent: overview.value.overview.market_dispersion,
    fearGreedValue: isMoodKnown ? (reference.fearGreed?.facts.fear_greed_value ?? null) : null,
    btcDominanceChange24h: btcDominanceChange24h(history.btcDominance),
  });
  if (regime.known) {
    return { name: `${regime.category}: ${regime.label}`, reason: null };
  }
  // Without scores, their own section says why; with some, there are too few of them or of the symbols.
  const reason = scores.value.length === 0 ? scores.provenance.reason : null;
  return {
    name: UNKNOWN_REGIME,
    reason: reason ?? (regime.reason === "too_short" ? "not_enough_symbols" : regime.reason),
  };
}
