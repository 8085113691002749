import { COMPONENTS } from "@pulseboard/engine";
import { KNOWN_INPUTS } from "@pulseboard/history";
import { foldOverTime, momentsBetween } from "../measure-score/score-over-time.mjs";

/** Folds between two reports of progress. */
const REPORT_EVERY = 100;

/** @typedef {import("./plan.mjs").Plan} Plan */
/** @typedef {import("./plan.mjs").RecordedMarket} RecordedMarket */
/**
 * What the engine says of one symbol at one moment. Unknown is null.
 *
 * @typedef {object} MomentFigures
 * @property {import("@pulseboard/history").HistoryRow["components"]} components signals of now
 * @property {number} reliability
 * @property {number | null} rating30m
 * @property {number} knownInputs
 */
/**
 * The scores of one symbol, fold by fold (NaN where there is none), and its figures at the moments that count, by their time.
 *
 * @typedef {object} SymbolScores
 * @property {Float64Array} score @property {Float64Array} weightedSignal @property {Float64Array} scoreNow
 * @property {Map<number, MomentFigures>} moments
 */

/** The times of a plan's folds. @param {Plan} plan */
export function foldTimes({ beginMs, endMs, foldMs }) {
  return momentsBetween(beginMs, endMs, foldMs);
}

/**
 * Scores a symbol at each fold of the plan, as the worker does with one refresh at each.
 *
 * @param {RecordedMarket} recorded @param {Plan} plan
 * @param {(folds: number) => void} onProgress called now and then with how many folds were made since
 * @returns {SymbolScores}
 */
export function scoreOneSymbol({ symbol, candles }, plan, onProgress = () => undefined) {
  const times = foldTimes(plan);
  const column = () => new Float64Array(times.length).fill(Number.NaN);
  const scores = { score: column(), weightedSignal: column(), scoreNow: column(), moments: new Map() };
  let place = 0;
  for (const { nowMs, analysis, published } of foldOverTime(symbol, candles, times)) {
    scores.score[place] = published?.score ?? Number.NaN;
    scores.weightedSignal[place] = published?.weightedSignal ?? Number.NaN;
    scores.scoreNow[place] = analysis.score ?? Number.NaN;
    if (nowMs >= plan.fromMs && nowMs % plan.everyMs === 0) {
      scores.moments.set(nowMs, figuresOf(analysis));
    }
    place += 1;
    if (place % REPORT_EVERY === 0 || place === times.length) {
      onProgress(place % REPORT_EVERY || REPORT_EVERY);
    }
  }
  return scores;
}

/** @param {import("@pulseboard/engine").SymbolAnalysis} analysis @returns {MomentFigures} */
function figuresOf({ components, reliability, technicalRating, inputs }) {
  const signals = COMPONENTS.map((name) => [
    name,
    components.find(({ component }) => component === name)?.signal ?? null,
  ]);
  const isKnown = (/** @type {string} */ name) => inputs.some(({ input, reason }) => input === name && reason === null);
  return {
    components: Object.fromEntries(signals),
    reliability,
    rating30m: technicalRating["30m"].all,
    knownInputs: KNOWN_INPUTS.reduce((bits, name, bit) => bits | (isKnown(name) ? 1 << bit : 0), 0),
  };
}
