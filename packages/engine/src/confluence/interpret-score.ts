import type { ComponentResult, Contributions, ReliabilityFactors, SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import { formatNumber } from "./rule-outcome.ts";
import { bias, SCORE } from "./score.ts";

/** A component within this many points of 50 neither lifts the score nor holds it down. */
const NOTABLE_POINTS = 5;

type Scored = Pick<SymbolAnalysis, "symbol" | "components" | "reliability" | "reliabilityFactors">;

/**
 * Two sentences: the parts of the score, and the conditions it depends on.
 *
 * @param score that of now or the published one
 * @param contributions the components' shares of that score
 */
export function interpretScore(
  analysis: Scored,
  score: number,
  contributions: Contributions,
): SymbolAnalysis["interpretation"] {
  return {
    overall: overall(analysis, score, contributions),
    actionableInsights: actionableInsights(analysis, score, contributions),
  };
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

function overall({ symbol, components, reliability }: Scored, score: number, contributions: Contributions): string {
  const lifting = components.filter(({ score: own }) => own !== null && own >= 50 + NOTABLE_POINTS);
  const weighing = components.filter(({ score: own }) => own !== null && own <= 50 - NOTABLE_POINTS);
  const unknown = components.filter(({ score: own }) => own === null);
  const parts = [
    lifting.length > 0 ? `lifted by ${list(lifting, contributions)}` : "",
    weighing.length > 0 ? `held down by ${list(weighing, contributions)}` : "",
    unknown.length > 0 ? `without ${list(unknown, contributions)}` : "",
  ].filter((part) => part !== "");
  const made = parts.length === 0 ? "every component is near 50" : parts.join(", ");
  return `${symbol} is ${bias(score)} at ${formatNumber(score, 1)}: ${made}; reliability ${formatNumber(reliability, 2)}.`;
}

function list(components: readonly ComponentResult[], contributions: Contributions): string {
  return [...components]
    .sort((a, b) => Math.abs(contributions[b.component]) - Math.abs(contributions[a.component]))
    .map(({ component, score }) =>
      score === null ? COMPONENT_TITLES[component] : `${COMPONENT_TITLES[component]} (${formatNumber(score)})`,
    )
    .join(", ");
}

function actionableInsights(
  { components, reliabilityFactors }: Scored,
  score: number,
  contributions: Contributions,
): string {
  const towards = score >= 50 ? 1 : -1;
  const ranked = components
    .filter(({ signal }) => signal !== null)
    .sort((a, b) => towards * (contributions[b.component] - contributions[a.component]));
  const support = ranked[0];
  const opposition = ranked.at(-1);
  const driver = support === undefined ? "" : `; most of it rests on ${COMPONENT_TITLES[support.component]}`;
  const opposed = opposition !== undefined && towards * contributions[opposition.component] < 0;
  const against = opposed ? ` and ${COMPONENT_TITLES[opposition.component]} speaks against it` : "";
  return `${distanceToSignal(score)}${driver}${against}; ${weakestFactor(reliabilityFactors)}.`;
}

function distanceToSignal(score: number): string {
  if (score >= SCORE.bullish) {
    return `Bullish signal, ${formatNumber(score - SCORE.bullish, 1)} points past ${SCORE.bullish}`;
  }
  if (score <= SCORE.bearish) {
    return `Bearish signal, ${formatNumber(SCORE.bearish - score, 1)} points past ${SCORE.bearish}`;
  }
  return score >= 50
    ? `No signal: ${formatNumber(SCORE.bullish - score, 1)} points short of bullish`
    : `No signal: ${formatNumber(score - SCORE.bearish, 1)} points short of bearish`;
}

function weakestFactor(factors: ReliabilityFactors): string {
  const [name, factor] = Object.entries(factors).sort(([, a], [, b]) => a - b)[0] ?? ["coverage", 0];
  return `what limits its reliability most is ${name} (${formatNumber(factor, 2)})`;
}
