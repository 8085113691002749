import { SCORE_AVERAGE, TIMEFRAMES } from "@pulseboard/engine";
import { OptionError } from "./options.mjs";

/** So many closed candles a timeframe needs to say anything. */
const LEAST_CANDLES = 60;
/** Of the half-lives of the average: what came before its beginning weighs a 64th then. */
const HALF_LIVES = 6;

/** @typedef {{ symbol: string, candles: import("../lib/candle-files.mjs").CandlesByTimeframe }} RecordedMarket */
/**
 * Which times are scored. Times are Unix ms.
 *
 * @typedef {object} Plan
 * @property {number} firstMs the recording begins
 * @property {number} knownMs from here on each timeframe has enough candles for a score
 * @property {number} beginMs of the average: from here on all is folded
 * @property {number} fromMs the first moment that counts
 * @property {number} endMs nothing after it is read
 * @property {number} everyMs between two moments
 * @property {number} foldMs between two scores
 */

/**
 * @param {readonly RecordedMarket[]} market
 * @param {{ fromMs: number | null, toMs: number | null, everyMs: number, foldMs: number }} asked
 * @returns {Plan}
 * @throws {OptionError} where nothing is left to evaluate
 */
export function planOf(market, { fromMs, toMs, everyMs, foldMs }) {
  const firstMs = Math.min(...market.map(({ candles }) => candles["1m"].openTimeMs[0] ?? Number.NaN));
  const lastMs = Math.max(
    ...market.map(({ candles: { "1m": minutes } }) => (minutes.openTimeMs.at(-1) ?? Number.NaN) + minutes.intervalMs),
  );
  const endMs = floor(Math.min(lastMs, toMs ?? lastMs), foldMs);
  const knownMs = Math.max(...TIMEFRAMES.map((timeframe) => Math.min(...market.map(closesEnough(timeframe)))));
  const averageMs = Math.ceil((HALF_LIVES * SCORE_AVERAGE.halfLifeMs) / foldMs) * foldMs;
  const from = ceil(Math.max(fromMs ?? 0, ceil(knownMs, foldMs) + averageMs), everyMs);
  // As a comparison that infinity, of a recording that is too short, fails as well.
  if (!(from < endMs)) {
    throw new OptionError(
      `nothing to evaluate: the recording is from ${text(firstMs)} to ${text(lastMs)}, and ${
        knownMs === Number.POSITIVE_INFINITY
          ? `has not ${LEAST_CANDLES} candles of each timeframe`
          : `scores count from ${text(ceil(knownMs, foldMs) + averageMs)} on`
      }`,
    );
  }
  return { firstMs, knownMs, beginMs: from - averageMs, fromMs: from, endMs, everyMs, foldMs };
}

/** When the last of the candles that are needed closes. @param {import("@pulseboard/engine").Timeframe} timeframe */
function closesEnough(timeframe) {
  return (/** @type {RecordedMarket} */ { candles: { [timeframe]: own } }) =>
    (own.openTimeMs[LEAST_CANDLES - 1] ?? Number.POSITIVE_INFINITY) + own.intervalMs;
}

/** @param {number} value @param {number} step */
function floor(value, step) {
  return Math.floor(value / step) * step;
}

/** @param {number} value @param {number} step */
function ceil(value, step) {
  return Math.ceil(value / step) * step;
}

/** @param {number} timeMs "2025-06-10 12:00 UTC" */
function text(timeMs) {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
