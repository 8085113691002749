import { classifyRegime } from "@pulseboard/engine";
import { UNKNOWN_REGIME } from "@pulseboard/snapshot";
import { btcDominanceChange24h } from "./history.ts";
import type { MarketRegime, MarketState } from "./market-state.ts";
import { FEAR_GREED_STALE_AFTER_MS, isOlder } from "./reference.ts";
import { isRecent, STILL_TRUE_MS } from "./section.ts";

/** The regime that recent sections show; without a recent overview and scores there is none. */
export function nextRegime({
  overview,
  scores,
  reference,
  history,
  asOfMs,
}: Pick<MarketState, "overview" | "scores" | "reference" | "history" | "asOfMs">): MarketRegime {
  const { up, down, flat, breadth_percentage, sentiment } = overview.value.breadth;
  if (up === null || down === null || flat === null) {
    return { name: UNKNOWN_REGIME, reason: "source_unavailable" };
  }
  const tooOld = [overview, ...(scores.value.size > 0 ? [scores] : [])].some(
    (section) => !isRecent(section, asOfMs, STILL_TRUE_MS),
  );
  if (tooOld) {
    return { name: UNKNOWN_REGIME, reason: "stale_input" };
  }
  const isFearGreedRecent = !isOlder(reference.fearGreed, asOfMs, FEAR_GREED_STALE_AFTER_MS);
  const regime = classifyRegime({
    weightedSignals: [...scores.value.values()].map(({ analysis }) => analysis.weighted_signal),
    samples: [],
    breadth: { advancing: up, declining: down, flat, advancingPercent: breadth_percentage, sentiment },
    dispersionPercent: overview.value.overview.market_dispersion,
    fearGreedValue: isFearGreedRecent ? (reference.fearGreed?.value.fear_greed_value ?? null) : null,
    btcDominanceChange24h: btcDominanceChange24h(history.btcDominance),
  });
  if (regime.known) {
    return { name: `${regime.category}: ${regime.label}`, reason: null };
  }
  // Without any score, the section of scores has the reason; otherwise there are too few scores or symbols.
  const reason = scores.value.size === 0 ? scores.provenance.reason : null;
  return {
    name: UNKNOWN_REGIME,
    reason: reason ?? (regime.reason === "too_short" ? "not_enough_symbols" : regime.reason),
  };
}
