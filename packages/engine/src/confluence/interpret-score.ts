import type { ComponentResult, ReliabilityFactors, SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import { formatNumber } from "./rule-outcome.ts";
import { BEARISH_SCORE, BULLISH_SCORE, bias } from "./score.ts";

/** A component within this many points of 50 neither lifts the score nor holds it down. */
const NOTABLE_POINTS = 5;

interface Scored {
  readonly symbol: string;
  readonly score: number;
  readonly components: readonly ComponentResult[];
  readonly reliability: number;
  readonly factors: ReliabilityFactors;
}

/** Two sentences: the parts of the score, and the conditions it depends on. */
export function interpretScore(scored: Scored): SymbolAnalysis["interpretation"] {
  return { overall: overall(scored), actionableInsights: actionableInsights(scored) };
}

/** The same for a symbol that has no data for any component. */
export function interpretUnscored(
  symbol: string,
  components: readonly ComponentResult[],
): SymbolAnalysis["interpretation"] {
  const reasons = [...new Set(components.map(({ reason }) => reason?.replaceAll("_", " ")))].join(", ");
  return {
    overall: `${symbol} has no score: not one component has data (${reasons}).`,
    actionableInsights: `Nothing can be said about ${symbol} until its data arrives.`,
  };
}

function overall({ symbol, score, components, reliability }: Scored): string {
  const lifting = components.filter(({ score: own }) => own !== null && own >= 50 + NOTABLE_POINTS);
  const weighing = components.filter(({ score: own }) => own !== null && own <= 50 - NOTABLE_POINTS);
  const unknown = components.filter(({ score: own }) => own === null);
  const parts = [
    lifting.length > 0 ? `lifted by ${list(lifting)}` : "",
    weighing.length > 0 ? `held down by ${list(weighing)}` : "",
    unknown.length > 0 ? `without ${list(unknown)}` : "",
  ].filter((part) => part !== "");
  const made = parts.length === 0 ? "every component is near 50" : parts.join(", ");
  return `${symbol} is ${bias(score)} at ${formatNumber(score, 1)}: ${made}; reliability ${formatNumber(reliability, 2)}.`;
}

function list(components: readonly ComponentResult[]): string {
  return [...components]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map(({ component, score }) =>
      score === null ? COMPONENT_TITLES[component] : `${COMPONENT_TITLES[component]} (${formatNumber(score)})`,
    )
    .join(", ");
}

function actionableInsights({ score, components, factors }: Scored): string {
  const towards = score >= 50 ? 1 : -1;
  const ranked = components
    .filter(({ signal }) => signal !== null)
    .sort((a, b) => towards * (b.contribution - a.contribution));
  const support = ranked[0];
  const opposition = ranked.at(-1);
  const driver = support === undefined ? "" : `; most of it rests on ${COMPONENT_TITLES[support.component]}`;
  const opposed = opposition !== undefined && towards * opposition.contribution < 0;
  const against = opposed ? ` and ${COMPONENT_TITLES[opposition.component]} speaks against it` : "";
  return `${distanceToSignal(score)}${driver}${against}; ${weakestFactor(factors)}.`;
}

function distanceToSignal(score: number): string {
  if (score >= BULLISH_SCORE) {
    return `Bullish signal, ${formatNumber(score - BULLISH_SCORE, 1)} points past ${BULLISH_SCORE}`;
  }
  if (score <= BEARISH_SCORE) {
    return `Bearish signal, ${formatNumber(BEARISH_SCORE - score, 1)} points past ${BEARISH_SCORE}`;
  }
  return score >= 50
    ? `No signal: ${formatNumber(BULLISH_SCORE - score, 1)} points short of bullish`
    : `No signal: ${formatNumber(score - BEARISH_SCORE, 1)} points short of bearish`;
}

function weakestFactor(factors: ReliabilityFactors): string {
  const { consensus, ...rest } = factors;
  const effects = Object.entries({ ...rest, consensus: 0.5 + 0.5 * consensus }).sort(([, a], [, b]) => a - b);
  const [name, effect] = effects[0] ?? ["coverage", 0];
  // The figure itself, as shown beside the sentence, not its effect.
  const figure = name === "consensus" ? `${formatNumber(consensus, 2)}, which counts half` : formatNumber(effect, 2);
  return `what limits its reliability most is ${name} (${figure})`;
}
