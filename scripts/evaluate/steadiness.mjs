import { changes } from "../measure-score/market-direction.mjs";
import { DAY_MS, MINUTE_MS } from "../measure-score/recorded-scores.mjs";
import { autocorrelation, meanOf, moves, quantile } from "../measure-score/statistics.mjs";

const LAG_MINUTES = [1, 5, 15, 60, 240];

/** @typedef {import("./plan.mjs").Plan} Plan */
/**
 * How steady one score is.
 *
 * @typedef {object} ScoreSteadiness
 * @property {number | null} medianMove points, between two folds
 * @property {number | null} ninetiethMove what a tenth of the moves exceeds
 * @property {readonly { minutes: number, value: number | null }[]} autocorrelation mean over the symbols
 */
/**
 * @typedef {object} Steadiness
 * @property {number} foldMs
 * @property {ScoreSteadiness} score @property {ScoreSteadiness} scoreNow
 * @property {{ shares: Record<string, number>, unknownShare: number, shownChangesADay: number, computedChangesADay: number }} regime
 *   shares of time of each category by the figures of the moment
 */

/**
 * @param {readonly import("./symbol-scores.mjs").SymbolScores[]} scores
 * @param {readonly import("./refreshes.mjs").ShownRegime[]} regimes fold by fold
 * @param {Plan} plan
 * @returns {Steadiness} from the first moment that counts on
 */
export function steadinessOf(scores, regimes, { beginMs, fromMs, foldMs }) {
  const first = (fromMs - beginMs) / foldMs;
  const counted = regimes.slice(first);
  const days = (counted.length * foldMs) / DAY_MS;
  /** @type {Record<string, number>} */
  const shares = {};
  for (const { category } of counted) {
    if (category !== null) {
      shares[category] = (shares[category] ?? 0) + 1 / counted.length;
    }
  }
  return {
    foldMs,
    score: ofScores(
      scores.map(({ score }) => score.subarray(first)),
      foldMs,
    ),
    scoreNow: ofScores(
      scores.map(({ scoreNow }) => scoreNow.subarray(first)),
      foldMs,
    ),
    regime: {
      shares,
      unknownShare: counted.filter(({ category }) => category === null).length / counted.length,
      shownChangesADay: changes(counted.map(({ shown }) => shown)) / days,
      computedChangesADay: changes(counted.map(({ name }) => name)) / days,
    },
  };
}

/** @param {readonly Float64Array[]} scores @param {number} foldMs @returns {ScoreSteadiness} */
function ofScores(scores, foldMs) {
  const all = scores.flatMap((score) => [...moves(score)].filter(Number.isFinite));
  const lags = LAG_MINUTES.filter((minutes) => (minutes * MINUTE_MS) % foldMs === 0);
  return {
    medianMove: finite(quantile(all, 0.5)),
    ninetiethMove: finite(quantile(all, 0.9)),
    autocorrelation: lags.map((minutes) => {
      const lag = (minutes * MINUTE_MS) / foldMs;
      const known = scores.filter(({ length }) => length > lag).map((score) => autocorrelation(score, lag));
      return { minutes, value: finite(meanOf(known.filter(Number.isFinite))) };
    }),
  };
}

/** @param {number} value */
function finite(value) {
  return Number.isFinite(value) ? value : null;
}
