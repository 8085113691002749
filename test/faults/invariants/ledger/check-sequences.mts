import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import { allRowsOf, type Bodies } from "./bodies.mts";
import { checkDwell, type RegimeLook } from "./check-dwell.mts";
import { computedRegimes } from "./check-regime.mts";
import type { Mismatch } from "./figures.mts";
import { mean } from "./own-indicators.mts";
import { signalOf } from "./score-average.mts";
import { ANALYSIS_PATH, SNAPSHOT_PATH } from "./snapshot-paths.mts";

const KEPT_S = 3_600;
/** Contributions have eight decimals. */
const SAME_WITHIN = 1.01e-8;
const QUARTER_HOUR_S = 900;
/** A longer time between two folds is a gap: the time of an average counts anew. */
const LONGEST_STEP_MS = 180_000;

type Analysis = Pick<AnalysisDocument, "symbol" | "as_of" | "averaged_ms" | "contributions" | "since_before_ms">;

/**
 * What one document has to do with those before it: an average goes on where the document before left it, and the shown regime holds.
 *
 * @param seen in the order in which they were served
 */
export function checkSequences(
  seen: readonly Bodies[],
  { startAtMs, periodMs }: { readonly startAtMs: number; readonly periodMs: number },
): readonly Mismatch[] {
  const ordered = seen.toSorted((a, b) => a.sequence - b.sequence);
  const averages = ordered.slice(1).flatMap((bodies, index) => {
    const before = ordered[index];
    return before === undefined || before.sequence + 1 !== bodies.sequence ? [] : checkAverages(before, bodies);
  });
  return [
    ...averages,
    ...checkDwell(looksOf(ordered, startAtMs), { startS: startAtMs / 1000, periodS: periodMs / 1000 }),
  ];
}

/** The averages of each symbol that is in both of two documents in a row. */
function checkAverages(before: Bodies, after: Bodies): readonly Mismatch[] {
  if (after.isOfFirstWorker === false) {
    return [];
  }
  return [...after.bodies].flatMap(([path, body]): readonly Mismatch[] => {
    const earlier = before.bodies.get(path) as Analysis | undefined;
    return path.startsWith(ANALYSIS_PATH) && earlier !== undefined
      ? checkAverage(earlier, body as Analysis).map((text) => `sequence ${after.sequence}: ${text}`)
      : [];
  });
}

function checkAverage(earlier: Analysis, { symbol, ...later }: Analysis): readonly Mismatch[] {
  const { contributions, since_before_ms: sinceMs, as_of: asOf } = later;
  const isCarriedOver =
    asOf === earlier.as_of && JSON.stringify(contributions) === JSON.stringify(earlier.contributions);
  if (contributions === undefined || earlier.contributions === undefined || isCarriedOver) {
    return [];
  }
  const passedS = asOf - earlier.as_of;
  if (contributions.before === null) {
    const goesOn = passedS >= 0 && passedS < KEPT_S;
    return goesOn ? [`analysis of ${symbol}: its average begins anew ${passedS} s after the one before`] : [];
  }
  const { before } = contributions;
  const isSame = Object.entries(earlier.contributions.after).every(
    ([name, value]) => Math.abs(value - before[name as keyof typeof before]) <= SAME_WITHIN,
  );
  const isTime = Math.abs((sinceMs ?? Number.NaN) / 1000 - Math.max(0, passedS)) <= 1;
  const averagedMs = (sinceMs ?? 0) > LONGEST_STEP_MS ? 0 : (earlier.averaged_ms ?? Number.NaN) + (sinceMs ?? 0);
  const isAveraged = Math.abs((later.averaged_ms ?? Number.NaN) - averagedMs) <= 1;
  return [
    ...(isAveraged ? [] : [`analysis of ${symbol}: ${later.averaged_ms} ms are averaged, not ${averagedMs}`]),
    ...(isSame ? [] : [`analysis of ${symbol}: its average does not go on from that of the document before`]),
    ...(isTime ? [] : [`analysis of ${symbol}: ${sinceMs} ms are not the ${passedS} s since the document before`]),
  ];
}

function looksOf(seen: readonly Bodies[], startAtMs: number): readonly RegimeLook[] {
  let largestMean = 0;
  return seen.flatMap(({ sequence, bodies, isOfFirstWorker = true }) => {
    const snapshot = bodies.get(SNAPSHOT_PATH) as MobileSnapshot;
    const rows = allRowsOf(bodies, snapshot);
    const asOf = snapshot.sections.overview.as_of;
    if (rows === null || asOf === null) {
      return [];
    }
    const scores = rows.map(({ score }) => score);
    largestMean = Math.max(largestMean, Math.abs(scores.length === 0 ? 0 : mean(scores.map(signalOf))));
    const most = Math.floor(asOf / QUARTER_HOUR_S) - Math.floor(startAtMs / 1000 / QUARTER_HOUR_S) + 1;
    const computed = computedRegimes(snapshot, scores, { most, largestMean });
    return [{ sequence, asOf, shown: snapshot.market_overview.market_regime, computed, isOfFirstWorker }];
  });
}
