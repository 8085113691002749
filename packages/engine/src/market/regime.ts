import { checkNumber, checkNumberOrNull, checkObject, FINITE, NOT_NEGATIVE } from "../checks/check-columns.ts";
import type { Regime, RegimeInput } from "../domain/market-figures.ts";
import { mean } from "../indicators/statistics.ts";

/** The lines of the regime. */
export const REGIME = {
  minScored: 10,
  minEligible: 50,
  /** z from here on, or down to its negative, is a direction, and a strong one. */
  direction: 0.5,
  strongDirection: 1.5,
  /** A sample of mean W is taken this often, and kept for so long. */
  sampleEveryMs: 900_000,
  keepSamplesMs: 7 * 86_400_000,
  /** Until a market has its own samples, z is measured by a usual deviation that counts as this many samples. */
  usualDeviation: 0.09,
  usualDeviationSamples: 96,
  /** Share of the symbols with a direction that rise, %. */
  broadPercent: 60,
  narrowPercent: 30,
  greedy: 55,
  fearful: 45,
  extremelyFearful: 25,
  highDispersionPercent: 15,
  elevatedDispersionPercent: 8,
  /** Change of BTC dominance over 24 h. */
  dominancePoints: 1,
};

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
 * the direction by z, the mean W of the scored symbols in deviations of its own last 7 days: "Strong Bullish" (>= 1.5),
 * "Bullish" (>= .5), "Neutral", "Bearish" (<= -.5), "Strong Bearish" (<= -1.5). The label is the first that matches within its category, in the order of the tables below.
 * A condition on fear and greed or on the change of dominance does not match while that figure is unknown.
 *
 * Unknown with the reason `warming_up` without any score, and `too_short` below 10 scores or 50 symbols with a known change.
 *
 * @throws EngineInputError for a figure that is not finite
 */
export function classifyRegime(input: RegimeInput): Regime {
  checkFigures(input);
  for (const [index, signal] of input.weightedSignals.entries()) {
    checkNumber(`weightedSignals[${index}]`, signal, FINITE);
  }
  for (const [index, sample] of input.samples.entries()) {
    checkNumber(`samples[${index}]`, sample, FINITE);
  }
  const meanSignal = mean(input.weightedSignals);
  if (meanSignal === null) {
    return { known: false, reason: "warming_up" };
  }
  const { advancing, declining, flat, advancingPercent } = input.breadth;
  if (input.weightedSignals.length < REGIME.minScored || advancing + declining + flat < REGIME.minEligible) {
    return { known: false, reason: "too_short" };
  }
  if (input.dispersionPercent === null) {
    return { known: false, reason: "not_provided" };
  }
  const z = zScore(meanSignal, input.samples);
  const fearGreed = input.fearGreedValue;
  const conditions: Conditions = {
    direction: directionOf(z),
    dispersion: dispersionOf(input.dispersionPercent),
    broad: advancingPercent !== null && advancingPercent >= REGIME.broadPercent,
    narrow: advancingPercent !== null && advancingPercent <= REGIME.narrowPercent,
    greedy: fearGreed !== null && fearGreed >= REGIME.greedy,
    fearful: fearGreed !== null && fearGreed <= REGIME.fearful,
    extremeFear: fearGreed !== null && fearGreed <= REGIME.extremelyFearful,
    dominance: dominanceOf(input.btcDominanceChange24h),
  };
  const category = conditions.dispersion === "high" ? "Volatile" : conditions.direction;
  return { known: true, category, label: LABELS[category](conditions), meanSignal, z };
}

function checkFigures({ breadth, dispersionPercent, fearGreedValue, btcDominanceChange24h }: RegimeInput): void {
  checkObject("breadth", breadth);
  checkNumber("breadth.advancing", breadth.advancing, NOT_NEGATIVE);
  checkNumber("breadth.declining", breadth.declining, NOT_NEGATIVE);
  checkNumber("breadth.flat", breadth.flat, NOT_NEGATIVE);
  checkNumberOrNull("breadth.advancingPercent", breadth.advancingPercent, NOT_NEGATIVE);
  checkNumberOrNull("dispersionPercent", dispersionPercent, NOT_NEGATIVE);
  checkNumberOrNull("fearGreedValue", fearGreedValue, FINITE);
  checkNumberOrNull("btcDominanceChange24h", btcDominanceChange24h, FINITE);
}

/**
 * z = m / sqrt((sum of squared samples + 96 * .09^2) / (n + 96)): about zero and not about the samples' mean, so that its sign
 * is that of m; and without a switch as the samples fill.
 */
function zScore(meanSignal: number, samples: readonly number[]): number {
  const { usualDeviation, usualDeviationSamples } = REGIME;
  const squares = samples.reduce((sum, sample) => sum + sample ** 2, 0);
  const variance = (squares + usualDeviationSamples * usualDeviation ** 2) / (samples.length + usualDeviationSamples);
  return meanSignal / Math.sqrt(variance);
}

function directionOf(z: number): Direction {
  if (z >= REGIME.strongDirection) {
    return "Strong Bullish";
  }
  if (z >= REGIME.direction) {
    return "Bullish";
  }
  if (z <= -REGIME.strongDirection) {
    return "Strong Bearish";
  }
  return z <= -REGIME.direction ? "Bearish" : "Neutral";
}

function dispersionOf(percent: number): Conditions["dispersion"] {
  if (percent > REGIME.highDispersionPercent) {
    return "high";
  }
  return percent > REGIME.elevatedDispersionPercent ? "elevated" : "calm";
}

function dominanceOf(change24h: number | null): Conditions["dominance"] {
  if (change24h !== null && change24h > REGIME.dominancePoints) {
    return "rising";
  }
  return change24h !== null && change24h < -REGIME.dominancePoints ? "falling" : "steady or unknown";
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
