import { type Breadth, classifyRegime, dwellOnRegime, METHOD_VERSION } from "@pulseboard/engine";
import { type MarketBreadthFields, type MissingReason, UNKNOWN_REGIME } from "@pulseboard/snapshot";
import { btcDominanceChange24h } from "./history.ts";
import type { MarketRegime, MarketState } from "./market-state.ts";
import { FEAR_GREED_STALE_AFTER_MS, isOlder } from "./reference.ts";
import { isRecent, STILL_TRUE_MS } from "./section.ts";

/** The figures behind a regime. */
type RegimeSources = Pick<MarketState, "overview" | "scores" | "methodVersion" | "reference" | "history" | "asOfMs">;

/** The regime that is shown, and what decides when another one is. */
type ShownRegime = Pick<MarketState, "regime" | "regimeDwell">;

/**
 * The regime to show: the computed one once it has held for an hour, and unknown at once. Beside scores of an earlier version of
 * the method, theirs.
 * @param periodMs the schedule's period
 * @param before null without an earlier state
 */
export function nextRegime(sources: RegimeSources, periodMs: number, before: ShownRegime | null): ShownRegime {
  const { overview, scores, methodVersion, asOfMs } = sources;
  const breadth = knownBreadth(overview.value.breadth);
  const sections = [overview, ...(scores.value.size > 0 ? [scores] : [])];
  const isOld = sections.some((section) => !isRecent(section, asOfMs, STILL_TRUE_MS));
  if (breadth !== null && !isOld && before !== null && methodVersion !== METHOD_VERSION) {
    return { regime: before.regime, regimeDwell: before.regimeDwell };
  }
  const computed =
    breadth === null
      ? unknownRegime("source_unavailable")
      : isOld
        ? unknownRegime("stale_input")
        : computeRegime(sources, breadth);
  const dwell = before?.regimeDwell ?? null;
  const isRecentDwell = dwell !== null && asOfMs - dwell.asOfMs <= STILL_TRUE_MS;
  const next = dwellOnRegime(
    computed.reason === null ? computed.name : null,
    asOfMs,
    periodMs,
    isRecentDwell ? dwell : null,
  );
  return { regime: next.shown === null ? computed : { name: next.shown, reason: null }, regimeDwell: next.dwell };
}

function unknownRegime(reason: MissingReason): MarketRegime {
  return { name: UNKNOWN_REGIME, reason };
}

function knownBreadth({ up, down, flat, breadth_percentage, sentiment }: MarketBreadthFields): Breadth | null {
  return up === null || down === null || flat === null
    ? null
    : { advancing: up, declining: down, flat, advancingPercent: breadth_percentage, sentiment };
}

/** The regime by the figures of now. */
function computeRegime(
  { overview, scores, reference, history, asOfMs }: RegimeSources,
  breadth: Breadth,
): MarketRegime {
  const isFearGreedRecent = !isOlder(reference.fearGreed, asOfMs, FEAR_GREED_STALE_AFTER_MS);
  const regime = classifyRegime({
    weightedSignals: [...scores.value.values()].map(({ analysis }) => analysis.weighted_signal),
    samples: history.meanSignal.value,
    breadth,
    dispersionPercent: overview.value.overview.market_dispersion,
    fearGreedValue: isFearGreedRecent ? (reference.fearGreed?.value.fear_greed_value ?? null) : null,
    btcDominanceChange24h: btcDominanceChange24h(history.btcDominance),
  });
  if (regime.known) {
    return { name: `${regime.category}: ${regime.label}`, reason: null };
  }
  // Without any score, the section of scores has the reason; otherwise there are too few scores or symbols.
  const reason = scores.value.size === 0 ? scores.provenance.reason : null;
  return unknownRegime(reason ?? (regime.reason === "too_short" ? "not_enough_symbols" : regime.reason));
}
