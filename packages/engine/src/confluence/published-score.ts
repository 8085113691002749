import { checkNumber, checkObject, FINITE, SIGNAL, SUM_OF_SIGNALS } from "../checks/check-columns.ts";
import { checkNow } from "../checks/check-inputs.ts";
import { COMPONENTS, type ComponentName, type Contributions, type SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { interpretScore } from "./interpret-score.ts";
import { clampSignal, decay } from "./rule-outcome.ts";
import { stretchedScore } from "./score.ts";

/** How scores of now become the published score. */
export const SCORE_AVERAGE = {
  halfLifeMs: 600_000,
  /** With a longer time since the fold before, the average begins anew. An average is worth keeping for as long. */
  keepMs: 3_600_000,
  /** With market time this far behind the fold before, or less, the average stays as it is; with more it begins anew. */
  backwardsMs: 60_000,
  /** An analysis that knows less than this share of its leaves is not folded. */
  minCoverage: 0.25,
  /** After a longer time without a fold, sentences count the time anew: nothing of it was read. */
  gapMs: 180_000,
};

/** What is remembered of one symbol between folds, unrounded. */
export interface ScoreAverage {
  readonly contributions: Contributions;
  /** Market time of the fold, Unix ms. */
  readonly asOfMs: number;
  /** Market time of the first fold since which there was no gap, Unix ms. */
  readonly beganAtMs?: number;
  /** The average holds readings of before a gap, too. */
  readonly afterGap?: boolean;
}

/** The score that is shown: the score of now averaged over market time. */
export interface PublishedScore {
  /** 0..100, unrounded: stretched from `weightedSignal`. */
  readonly score: number;
  /** The sum of the contributions after. */
  readonly weightedSignal: number;
  /** after = a * before + (1 - a) * now, with a = 2^(-sinceBeforeMs / 10 min); after = now where `before` is null. */
  readonly contributions: {
    readonly before: Contributions | null;
    readonly now: Contributions;
    readonly after: Contributions;
  };
  /** Market time since the fold before, at least 0; null where the average begins. */
  readonly sinceBeforeMs: number | null;
  /** The market time that was read without a gap, up to the last fold, ms; 0 where the average begins, and after a gap. */
  readonly averagedMs: number;
  /** For the next fold. */
  readonly average: ScoreAverage;
  /** As that of the analysis, of this score. */
  readonly interpretation: SymbolAnalysis["interpretation"];
}

/**
 * Folds the score of now into a symbol's average over market time. Pure: the same arguments give the same bits.
 *
 * @param nowMs market time of the analysis, Unix ms
 * @param before the average after the fold before; null at a beginning, which is also for the caller to decide: an average of
 *   another origin or method version must not be passed
 * @returns null where there is nothing to fold: no score of now, or a coverage below .25
 * @throws EngineInputError for a time that is not finite, and for contributions or an average that cannot be right
 */
export function foldScore(analysis: SymbolAnalysis, nowMs: number, before: ScoreAverage | null): PublishedScore | null {
  if (analysis.weightedSignal === null || analysis.reliabilityFactors.coverage < SCORE_AVERAGE.minCoverage) {
    return null;
  }
  checkNow(nowMs);
  checkNumber("analysis.reliabilityFactors.coverage", analysis.reliabilityFactors.coverage, FINITE);
  checkAverage(before);
  const kept = before !== null && continues(before, nowMs) ? before : null;
  const now = contributionsOf(analysis);
  checkContributions("analysis.contributions", now);
  const sinceBeforeMs = kept === null ? null : Math.max(0, nowMs - kept.asOfMs);
  const after = kept === null || sinceBeforeMs === null ? now : averaged(kept.contributions, now, sinceBeforeMs);
  const weightedSignal = clampSignal(COMPONENTS.reduce((sum, component) => sum + after[component], 0));
  const score = stretchedScore(weightedSignal);
  const asOfMs = kept === null ? nowMs : Math.max(nowMs, kept.asOfMs);
  const isGap = sinceBeforeMs !== null && sinceBeforeMs > SCORE_AVERAGE.gapMs;
  const beganAtMs = kept === null || isGap ? nowMs : (kept.beganAtMs ?? kept.asOfMs);
  const afterGap = isGap || (kept?.afterGap ?? false);
  const averagedMs = asOfMs - beganAtMs;
  return {
    score,
    weightedSignal,
    contributions: { before: kept?.contributions ?? null, now, after },
    sinceBeforeMs,
    averagedMs,
    average: { contributions: after, asOfMs, beganAtMs, ...(afterGap ? { afterGap } : {}) },
    interpretation: interpretScore(analysis, { score, contributions: after, averagedMs, afterGap }),
  };
}

function checkAverage(before: ScoreAverage | null): void {
  if (before !== null) {
    checkObject("before", before);
    const { contributions, asOfMs, beganAtMs } = before;
    checkNumber("before.asOfMs", asOfMs, FINITE);
    if (beganAtMs !== undefined) {
      checkNumber("before.beganAtMs", beganAtMs, {
        ...FINITE,
        most: asOfMs,
        words: "not a time up to that of the last fold",
      });
    }
    checkContributions("before.contributions", contributions);
  }
}

/** Shares of one W, which is within -1..1. */
function checkContributions(path: string, contributions: Contributions): void {
  checkObject(path, contributions);
  let sum = 0;
  for (const component of COMPONENTS) {
    checkNumber(`${path}.${component}`, contributions[component], SIGNAL);
    sum += contributions[component];
  }
  checkNumber(path, sum, SUM_OF_SIGNALS);
}

function continues({ asOfMs }: ScoreAverage, nowMs: number): boolean {
  const sinceMs = nowMs - asOfMs;
  return sinceMs <= SCORE_AVERAGE.keepMs && sinceMs >= -SCORE_AVERAGE.backwardsMs;
}

function averaged(before: Contributions, now: Contributions, sinceMs: number): Contributions {
  const share = decay(sinceMs, SCORE_AVERAGE.halfLifeMs);
  return byComponent((component) => share * before[component] + (1 - share) * now[component]);
}

/** The components' contributions of now. */
export function contributionsOf({ components }: Pick<SymbolAnalysis, "components">): Contributions {
  return byComponent((name) => components.find(({ component }) => component === name)?.contribution ?? 0);
}

function byComponent(value: (component: ComponentName) => number): Contributions {
  return {
    technical: value("technical"),
    volume: value("volume"),
    orderflow: value("orderflow"),
    orderbook: value("orderbook"),
    sentiment: value("sentiment"),
    price_structure: value("price_structure"),
  };
}
