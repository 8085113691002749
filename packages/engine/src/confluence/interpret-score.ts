import {
  COMPONENTS,
  type ComponentName,
  type ComponentResult,
  type Contributions,
  type SymbolAnalysis,
} from "../domain/symbol-analysis.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import { largestBy } from "./largest-by.ts";
import { pushWords, SCORE, stretchedScore } from "./score.ts";
import { formatNumber, shownScore } from "./sentence-numbers.ts";
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
  /** They hold readings of before a gap, too. */
  readonly afterGap: boolean;
}

/** Two sentences: what pushes the score and over which time, and how much there is to it. Neither says what comes next. */
export function interpretScore(analysis: Scored, parts: ScoreParts): SymbolAnalysis["interpretation"] {
  return {
    overall: overall(analysis, parts),
    actionableInsights: `${distanceToLine(Number(shownScore(parts.score)))}; ${reliabilityWords(analysis)}. It says what pushes and forecasts nothing.`,
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
  // The words are made from the number that is shown.
  const text = shownScore(parts.score);
  const shown = Number(text);
  const pushes = pushesThatCount(parts.contributions);
  const clauses = [...strongestPushes(pushes, shown), ...withoutData(components, pushes)];
  return `${symbol} is ${pushWords(shown)} at ${text} ${timeWords(parts)}. ${clauses.join("; ")}.`;
}

/** An average of a quarter of an hour and more is mostly made of the last quarter: its half-life is 10 min. */
const QUARTER_MIN = 15;

function timeWords({ averagedMs, afterGap }: ScoreParts): string {
  const minutes = Number(formatNumber(averagedMs / MINUTE_MS));
  if (minutes >= QUARTER_MIN) {
    return "over the last quarter of an hour";
  }
  const time = minutes === 0 ? "now" : `over the last ${minutes} min`;
  return afterGap ? `${time} and before a gap` : time;
}

/** The contributions, with 0 for those that do not change the score that is shown: rounding, or the rest of an average. */
function pushesThatCount(contributions: Contributions): Contributions {
  let weightedSignal = 0;
  for (const component of COMPONENTS) {
    weightedSignal += contributions[component];
  }
  const score = stretchedScore(weightedSignal);
  const counted = { ...contributions };
  for (const component of COMPONENTS) {
    const without = stretchedScore(weightedSignal - contributions[component]);
    if (Math.abs(score - without) < SCORE.leastPushPoints) {
      counted[component] = 0;
    }
  }
  return counted;
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
  return against === null ? [words] : [words, `against it most: ${against.title}, ${against.share} % of what does`];
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

/** An average goes on for a while with what a component said before its data went missing. */
function withoutData(components: readonly ComponentResult[], pushes: Contributions): readonly string[] {
  const unknown = components.filter(({ signal }) => signal === null);
  return [
    ...listed("without data now", unknown, ({ component }) => pushes[component] === 0),
    ...listed("pushing by older data alone", unknown, ({ component }) => pushes[component] !== 0),
  ];
}

function listed(
  words: string,
  components: readonly ComponentResult[],
  belongs: (result: ComponentResult) => boolean,
): readonly string[] {
  const titles = components.filter(belongs).map(({ component }) => COMPONENT_TITLES[component]);
  return titles.length === 0 ? [] : [`${words}: ${titles.join(", ")}`];
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
