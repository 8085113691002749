import type { Regime, RegimeInput } from "../domain/market-figures.ts";
import { mean } from "../indicators/statistics.ts";

const MIN_SCORES = 10;
const MIN_ELIGIBLE = 50;

type Direction = "Strong Bullish" | "Bullish" | "Neutral" | "Bearish" | "Strong Bearish";

interface Conditions {
  readonly direction: Direction;
  readonly dispersion: "high" | "elevated" | "calm";
  readonly broad: boolean;
  readonly narrow: boolean;
  readonly greedy: boolean;
  readonly fearful: boolean;
  readonly extremeFear: boolean;
  readonly dominance: "rising" | "falling" | "steady or unknown";
}

/**
 * The market's regime as "category: label". The category is "Volatile" when the 24 h changes are widely dispersed, else
 * the direction by the mean score: "Strong Bullish" (>= 58), "Bullish" (>= 53), "Neutral", "Bearish" (<= 47),
 * "Strong Bearish" (<= 42). The label is the first that matches within its category, in the order of the tables below.
 * A condition on fear and greed or on the change of dominance does not match while that figure is unknown.
 *
 * Unknown with the reason `warming_up` without any score, and `too_short` below 10 scores or 50 symbols with a known change.
 */
export function classifyRegime(input: RegimeInput): Regime {
  const meanScore = mean(input.scores);
  if (meanScore === null) {
    return { known: false, reason: "warming_up" };
  }
  const { advancing, declining, flat, advancingPercent } = input.breadth;
  if (input.scores.length < MIN_SCORES || advancing + declining + flat < MIN_ELIGIBLE) {
    return { known: false, reason: "too_short" };
  }
  if (input.dispersionPercent === null) {
    return { known: false, reason: "not_provided" };
  }
  const fearGreed = input.fearGreedValue;
  const conditions: Conditions = {
    direction: directionOf(meanScore),
    dispersion: dispersionOf(input.dispersionPercent),
    broad: advancingPercent !== null && advancingPercent >= 60,
    narrow: advancingPercent !== null && advancingPercent <= 30,
    greedy: fearGreed !== null && fearGreed >= 55,
    fearful: fearGreed !== null && fearGreed <= 45,
    extremeFear: fearGreed !== null && fearGreed <= 25,
    dominance: dominanceOf(input.btcDominanceChange24h),
  };
  const category = conditions.dispersion === "high" ? "Volatile" : conditions.direction;
  return { known: true, category, label: LABELS[category](conditions), meanScore };
}

function directionOf(meanScore: number): Direction {
  if (meanScore >= 58) {
    return "Strong Bullish";
  }
  if (meanScore >= 53) {
    return "Bullish";
  }
  if (meanScore <= 42) {
    return "Strong Bearish";
  }
  return meanScore <= 47 ? "Bearish" : "Neutral";
}

function dispersionOf(percent: number): Conditions["dispersion"] {
  if (percent > 15) {
    return "high";
  }
  return percent > 8 ? "elevated" : "calm";
}

function dominanceOf(change24h: number | null): Conditions["dominance"] {
  if (change24h !== null && change24h > 1) {
    return "rising";
  }
  return change24h !== null && change24h < -1 ? "falling" : "steady or unknown";
}

const LABELS: Readonly<Record<Direction | "Volatile", (is: Conditions) => string>> = {
  Volatile: ({ direction }) => {
    if (direction.endsWith("Bearish")) {
      return "Volatile Selloff";
    }
    return direction.endsWith("Bullish") ? "Volatile Rally" : "Choppy Waters";
  },
  "Strong Bullish": ({ broad, narrow, greedy }) => {
    if (broad && greedy) {
      return "Euphoric Rally";
    }
    if (broad) {
      return "Broad Rally";
    }
    return narrow ? "Selective Strength" : "Bullish Momentum";
  },
  Bullish: ({ broad, fearful, dominance }) => {
    if (broad && dominance === "falling") {
      return "Alt Season";
    }
    if (broad) {
      return "Risk-On";
    }
    return fearful ? "Accumulation Zone" : "Mild Uptrend";
  },
  "Strong Bearish": ({ narrow, extremeFear, dominance }) => {
    if (narrow && extremeFear) {
      return "Capitulation";
    }
    if (narrow) {
      return "Broad Selloff";
    }
    return dominance === "rising" ? "Flight to BTC" : "Bearish Momentum";
  },
  Bearish: ({ narrow, greedy }) => {
    if (greedy) {
      return "Distribution Zone";
    }
    return narrow ? "Risk-Off" : "Mild Downtrend";
  },
  Neutral: ({ broad, narrow, greedy, fearful, dispersion, dominance }) => {
    if (dispersion === "elevated") {
      return "Choppy Range";
    }
    if (broad && greedy) {
      return "Topping Formation";
    }
    if (narrow && fearful) {
      return "Bottoming Formation";
    }
    return dominance === "falling" ? "Alt Accumulation" : "Consolidation";
  },
};
