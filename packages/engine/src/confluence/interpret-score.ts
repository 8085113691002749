import {
  COMPONENTS,
  type ComponentName,
  type ComponentResult,
  type Contributions,
  type SymbolAnalysis,
} from "../domain/symbol-analysis.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import { largestBy } from "./largest-by.ts";
import { pushWords, SCORE } from "./score.ts";
import { formatNumber } from "./sentence-numbers.ts";
import { MINUTE_MS } from "./trade-window.ts";

type Scored = Pick<SymbolAnalysis, "symbol" | "components" | "reliability" | "reliabilityFactors">;

/** A score with what it was made from. */
interface ScoreParts {
  /** That of now or the published one, 0..100. */
  readonly score: number;
  /** The components' shares of that score. */
  readonly contributions: Contributions;
  /** The market time that the contributions are averaged over, ms; 0 for those of now. */
  readonly averagedMs: number;
}

/** Two sentences: what pushes the score and over which time, and how much there is to it. Neither says what comes next. */
export function interpretScore(analysis: Scored, parts: ScoreParts): SymbolAnalysis["interpretation"] {
  return {
    overall: overall(analysis, parts),
    actionableInsights: `${distanceToLine(Number(shownScore(parts)))}; ${reliabilityWords(analysis)}. It says what pushes and forecasts nothing.`,
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

function overall({ symbol, components }: Scored, parts: ScoreParts): string {
  const shown = Number(shownScore(parts));
  const clauses = [...strongestPushes(parts.contributions, shown), withoutData(components)].filter(
    (text) => text !== "",
  );
  return `${symbol} is ${pushWords(shown)} at ${shownScore(parts)} ${timeWords(parts.averagedMs)}. ${clauses.join("; ")}.`;
}

/** As everywhere on the page. The words are made from this number. */
function shownScore({ score }: ScoreParts): string {
  return formatNumber(score, 1);
}

/** An average of a quarter of an hour and more is mostly made of the last quarter: its half-life is 10 min. */
const QUARTER_MIN = 15;

function timeWords(averagedMs: number): string {
  const minutes = Number(formatNumber(averagedMs / MINUTE_MS));
  if (minutes === 0) {
    return "now";
  }
  return minutes < QUARTER_MIN ? `over the last ${minutes} min` : "over the last quarter of an hour";
}

/** The component that pushes most each way, the score's own way first, with its share of all that pushes that way. */
function strongestPushes(contributions: Contributions, shown: number): readonly string[] {
  const up = strongest(contributions, 1);
  const down = strongest(contributions, -1);
  const upFirst = shown > 50 || (shown === 50 && (up?.sum ?? 0) >= (down?.sum ?? 0));
  const [forIt, against] = upFirst ? [up, down] : [down, up];
  if (forIt === null) {
    return ["Nothing pushes either way"];
  }
  const words = `Pushes ${upFirst ? "up" : "down"} most: ${forIt.title}, ${forIt.share} % of what speaks for it`;
  return against === null ? [words] : [words, `against it most: ${against.title} (${against.share} %)`];
}

function strongest(contributions: Contributions, towards: 1 | -1) {
  const push = (component: ComponentName) => towards * contributions[component];
  const most = largestBy(COMPONENTS, push);
  if (most === undefined || push(most) <= 0) {
    return null;
  }
  let sum = 0;
  for (const component of COMPONENTS) {
    sum += Math.max(0, push(component));
  }
  return { title: COMPONENT_TITLES[most], share: formatNumber((100 * push(most)) / sum), sum };
}

function withoutData(components: readonly ComponentResult[]): string {
  const unknown = components.filter(({ signal }) => signal === null);
  return unknown.length === 0
    ? ""
    : `without data now: ${unknown.map(({ component }) => COMPONENT_TITLES[component]).join(", ")}`;
}

/** How far the score is from the line where it counts as pushing, by the number that is shown. */
function distanceToLine(shown: number): string {
  const points = (line: number) => `${formatNumber(Math.abs(shown - line), 1)} points`;
  if (shown >= SCORE.bullish) {
    return `${points(SCORE.bullish)} past ${SCORE.bullish}, from where a score is pushing up`;
  }
  if (shown <= SCORE.bearish) {
    return `${points(SCORE.bearish)} past ${SCORE.bearish}, from where a score is pushing down`;
  }
  return shown >= 50
    ? `${points(SCORE.bullish)} short of ${SCORE.bullish}, from where a score is pushing up`
    : `${points(SCORE.bearish)} short of ${SCORE.bearish}, from where a score is pushing down`;
}

function reliabilityWords({ reliability, reliabilityFactors }: Scored): string {
  const [name, factor] = largestBy(Object.entries(reliabilityFactors), ([, each]) => -each) ?? ["coverage", 0];
  return `reliability ${formatNumber(reliability, 2)}, limited most by ${name} (${formatNumber(factor, 2)})`;
}
