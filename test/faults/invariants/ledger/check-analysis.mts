import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import { type Mismatch, mismatches } from "./figures.mts";
import { METHOD_WEIGHTS } from "./method-weights.mts";
import { averageOf, type Contributions, scoreOf, sumOf } from "./score-average.mts";

/** Of this version are all documents, and all alerts of a run. */
export const METHOD_VERSION = 2;
/** Signals have six decimals: a mean or a sum of a few of them is off by a few of the last. */
const SIGNAL_DECIMALS = 5.9;
const SUM_DECIMALS = 5;
/** Two, and the little that a rounded signal moves a score. */
const SCORE_DECIMALS = 1.99;
/** Contributions and both W have eight: a sum of six is off by up to 3.5 of the last, an average of two by less. */
const FINE_DECIMALS = 7.1;
/** Less known of it than this share is not published. */
const LEAST_COVERAGE = 0.25;
const LONGEST_AVERAGE_MS = 3_600_000;
/** A longer time between two folds is a gap, and the time of the average begins anew. */
const LONGEST_STEP_MS = 180_000;
/** From here on the summary says "the last quarter of an hour". */
const QUARTER_MIN = 15;

/** No market of the harness streams what these need. */
const NEVER_PROVIDED = [
  ["orderbook", "order_flow_imbalance"],
  ["sentiment", "liquidations"],
] as const;

type ComponentName = keyof AnalysisDocument["components"];
type Row = Pick<MobileSnapshot["confluence_scores"][number], "score" | "score_now" | "price" | "components">;

/** Both scores follow from the document's own contributions, and each of those from its parts and the method's weights. */
export function checkAnalysis(analysis: AnalysisDocument, row: Row | undefined): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const expect = (path: string, shown: number | null, exact: number | null, decimals: number): void => {
    found.push(...mismatches(`analysis of ${analysis.symbol}`, [{ path, shown, exact, decimals }]));
  };
  expect("method_version", analysis.method_version ?? null, METHOD_VERSION, 0);
  const covered = analysis.reliability_factors.coverage;
  expect("coverage", covered, Math.max(covered, LEAST_COVERAGE), 4);
  for (const [component, rule] of NEVER_PROVIDED) {
    const { signal = Number.NaN, reason = null } = analysis.components[component].rules[rule] ?? {};
    if (signal !== null || reason !== "not_provided") {
      found.push(`analysis of ${analysis.symbol}: ${component}.${rule} is ${signal} with the reason ${reason}`);
    }
  }
  checkPublished(analysis, expect);
  checkParts(analysis, expect);
  if (row !== undefined) {
    expect("score in the list", row.score, analysis.score, 2);
    expect("score_now in the list", row.score_now ?? null, analysis.score_now ?? null, 2);
    expect("price in the list", row.price, analysis.price, 10);
    for (const [name, component] of Object.entries(analysis.components)) {
      expect(`${name} in the list`, row.components[name as ComponentName], component.score, 2);
    }
  }
  return found;
}

type Expect = (path: string, shown: number | null, exact: number | null, decimals: number) => void;

/** The published score and the score of now, from contributions alone. */
function checkPublished(analysis: AnalysisDocument, expect: Expect): void {
  const { contributions, score, score_now: scoreNow, weighted_signal: w, weighted_signal_now: wNow } = analysis;
  const { since_before_ms: sinceMs } = analysis;
  if (contributions === undefined || scoreNow === undefined || wNow === undefined || sinceMs === undefined) {
    // By the schema only a document of version 1 lacks them, which is found by its version.
    return;
  }
  const { before, now, after } = contributions;
  expect("weighted_signal_now", wNow, sumOf(now), FINE_DECIMALS);
  expect("score_now", scoreNow, scoreOf(wNow), SCORE_DECIMALS);
  expect("weighted_signal", w, sumOf(after), FINE_DECIMALS);
  expect("score", score, scoreOf(sumOf(after)), SCORE_DECIMALS);
  for (const [name, { contribution }] of Object.entries(analysis.components)) {
    expect(`contributions.now.${name}`, now[name as ComponentName], contribution, SIGNAL_DECIMALS);
  }
  if (before === null) {
    expect("since_before_ms", sinceMs, null, 0);
  } else {
    expect("since_before_ms", sinceMs, Math.min(LONGEST_AVERAGE_MS, Math.max(0, sinceMs ?? 0)), 0);
  }
  checkAveragedTime(analysis, expect);
  const averaged: Contributions = before === null ? now : averageOf(before, now, sinceMs ?? 0);
  for (const [name, exact] of Object.entries(averaged)) {
    expect(`contributions.after.${name}`, after[name as ComponentName], exact, FINE_DECIMALS);
  }
}

/** The time that the summary names is the document's own, and a summary of a longer gap between folds says that there was one. */
function checkAveragedTime(analysis: AnalysisDocument, expect: Expect): void {
  const { averaged_ms: averagedMs = null, since_before_ms: sinceMs = null, interpretation } = analysis;
  const minutes = Math.round((averagedMs ?? Number.NaN) / 60_000);
  const [, words = "", said] =
    / at [\d.]+ (now|over the last (?:(\d+) min|quarter of an hour))/.exec(interpretation.overall) ?? [];
  const shown = words === "now" ? 0 : Number(said ?? QUARTER_MIN);
  expect("minutes in the summary", shown, Math.min(minutes, QUARTER_MIN), 0);
  if (sinceMs === null || sinceMs > LONGEST_STEP_MS) {
    expect("averaged_ms", averagedMs, 0, 0);
  } else {
    expect("averaged_ms", averagedMs, Math.max(averagedMs ?? 0, sinceMs), 0);
  }
  const saysGap = interpretation.overall.includes(" before a gap. ") ? 1 : 0;
  if (sinceMs !== null && sinceMs > LONGEST_STEP_MS) {
    expect("words of a gap", saysGap, 1, 0);
  }
}

/** Signals and contributions, from those of the parts and the method's weights. */
function checkParts({ components }: AnalysisDocument, expect: Expect): void {
  const weightOfKnown = Object.entries(components).reduce(
    (sum, [name, { signal }]) => sum + (signal === null ? 0 : METHOD_WEIGHTS[name as ComponentName].weight),
    0,
  );
  for (const [name, { signal, score, contribution, rules }] of Object.entries(components)) {
    const method = METHOD_WEIGHTS[name as ComponentName];
    expect(`${name}.score`, score, signal === null ? null : 50 + 50 * signal, 2);
    expect(
      `${name}.signal`,
      signal,
      meanSignal(rules, (rule) => method.rules[rule]?.[0]),
      SUM_DECIMALS,
    );
    expect(`${name}.contribution`, contribution, ((signal ?? 0) * method.weight) / weightOfKnown, SUM_DECIMALS);
    expect(`${name}.contribution`, contribution, total(rules), SUM_DECIMALS);
    for (const [rule, { signal: ofRule, contribution: share, timeframes }] of Object.entries(rules)) {
      if (Object.keys(timeframes).length > 0) {
        const mean = meanSignal(timeframes, (timeframe) => method.timeframes[timeframe]);
        expect(`${name}.${rule}.signal`, ofRule, mean, SUM_DECIMALS);
        expect(`${name}.${rule}.contribution`, share, total(timeframes), SUM_DECIMALS);
      }
    }
  }
}

/** Of those that are known; null without any. */
function meanSignal(
  parts: Readonly<Record<string, { readonly signal: number | null }>>,
  weightOf: (name: string) => number | undefined,
): number | null {
  const known = Object.entries(parts).flatMap(([name, { signal }]) =>
    signal === null ? [] : [{ signal, weight: weightOf(name) ?? Number.NaN }],
  );
  const weight = known.reduce((sum, each) => sum + each.weight, 0);
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each.weight * each.signal, 0) / weight;
}

function total(parts: Readonly<Record<string, { readonly contribution: number }>>): number {
  return Object.values(parts).reduce((sum, { contribution }) => sum + contribution, 0);
}
