import { foldScore, scoreCandles } from "@pulseboard/engine";
import { candlesAt } from "./recorded-candles.mjs";

/** @typedef {import("./recorded-candles.mjs").CandlesByTimeframe} CandlesByTimeframe */

/**
 * The scores of a symbol over time, from its candles alone; NaN where too little is known for one.
 *
 * @typedef {object} ScoreSeries
 * @property {readonly number[]} timeMs
 * @property {Float64Array} score the published one, 0..100
 * @property {Float64Array} weightedSignal W of the published score
 * @property {Float64Array} scoreNow before the average
 */

/**
 * Scores one symbol at each of these moments, as the worker does with one refresh at each.
 *
 * @param {string} symbol @param {CandlesByTimeframe} candles @param {readonly number[]} timesMs ascending
 * @returns {ScoreSeries}
 */
export function scoreOverTime(symbol, candles, timesMs) {
  const series = {
    timeMs: timesMs,
    score: new Float64Array(timesMs.length),
    weightedSignal: new Float64Array(timesMs.length),
    scoreNow: new Float64Array(timesMs.length),
  };
  let i = 0;
  for (const { analysis, published } of foldOverTime(symbol, candles, timesMs)) {
    series.score[i] = published?.score ?? Number.NaN;
    series.weightedSignal[i] = published?.weightedSignal ?? Number.NaN;
    series.scoreNow[i] = analysis.score ?? Number.NaN;
    i += 1;
  }
  return series;
}

/**
 * Scores one symbol at each of these moments, each folded into the average of the ones before.
 *
 * @param {string} symbol @param {CandlesByTimeframe} candles @param {readonly number[]} timesMs ascending
 */
export function* foldOverTime(symbol, candles, timesMs) {
  /** @type {import("@pulseboard/engine").ScoreAverage | null} */
  let average = null;
  for (const nowMs of timesMs) {
    const analysis = scoreCandles({ symbol, nowMs, candles: candlesAt(candles, nowMs) });
    const published = foldScore(analysis, nowMs, average);
    average = published?.average ?? average;
    yield { nowMs, analysis, published };
  }
}

/** Moments from one to another, both included. @param {number} fromMs @param {number} toMs @param {number} stepMs */
export function momentsBetween(fromMs, toMs, stepMs) {
  return Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, i) => fromMs + i * stepMs);
}
