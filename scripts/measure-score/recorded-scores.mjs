import { FIVE_MINUTE_CHANGE, fiveMinuteChange } from "@pulseboard/engine";
import { candlesAt, closeAt, RECORDED_SYMBOLS, readRecordedCandles } from "./recorded-candles.mjs";
import { momentsBetween, scoreOverTime } from "./score-over-time.mjs";
import { autocorrelation, meanOf, moves, quantile, rankCorrelation } from "./statistics.mjs";

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 15 * MINUTE_MS;
export const DAY_MS = 86_400_000;

/** @typedef {import("./recorded-candles.mjs").CandlesByTimeframe} CandlesByTimeframe */
/** @typedef {import("./score-over-time.mjs").ScoreSeries} ScoreSeries */
/**
 * @typedef {object} RecordedSymbol
 * @property {string} symbol
 * @property {CandlesByTimeframe} candles
 * @property {ScoreSeries} series minute by minute
 * @property {ScoreSeries} weekBefore at each quarter of an hour of the seven days before
 */

/** Scores the last days of the recording. @param {number} days @returns {RecordedSymbol[]} */
export function scoreRecording(days) {
  return RECORDED_SYMBOLS.map((symbol) => {
    const candles = readRecordedCandles(symbol);
    const endMs = (candles["1m"].openTimeMs.at(-1) ?? Number.NaN) + MINUTE_MS;
    const beginMs = Math.ceil((endMs - days * DAY_MS) / QUARTER_MS) * QUARTER_MS;
    return {
      symbol,
      candles,
      series: scoreOverTime(symbol, candles, momentsBetween(beginMs, endMs, MINUTE_MS)),
      weekBefore: scoreOverTime(
        symbol,
        candles,
        momentsBetween(beginMs - 7 * DAY_MS, beginMs - QUARTER_MS, QUARTER_MS),
      ),
    };
  });
}

/** How steady a score is, over time. @param {readonly Float64Array[]} scores of each symbol, minute by minute */
export function steadiness(scores) {
  const all = scores.flatMap((score) => [...moves(score)].filter(Number.isFinite));
  const meanAutocorrelation = (/** @type {number} */ minutes) =>
    meanOf(scores.map((score) => autocorrelation(score, minutes)));
  return { medianMove: quantile(all, 0.5), ninetiethMove: quantile(all, 0.9), meanAutocorrelation };
}

/**
 * The mean over quarters of an hour of the rank correlation, over the symbols, of score and return from the next minute on:
 * not from the close that the score was made from.
 *
 * @param {readonly RecordedSymbol[]} symbols @param {number} hours
 */
export function meanRankCorrelation(symbols, hours) {
  const [first] = symbols;
  const lastMs = (first?.series.timeMs.at(-1) ?? 0) - (hours * 60 + 1) * MINUTE_MS;
  const correlations = (first?.series.timeMs ?? []).flatMap((timeMs, i) => {
    if (timeMs % QUARTER_MS !== 0 || timeMs > lastMs) {
      return [];
    }
    const enteredMs = timeMs + MINUTE_MS;
    const returns = symbols.map(({ candles }) =>
      Math.log(closeAt(candles, enteredMs + hours * 60 * MINUTE_MS) / closeAt(candles, enteredMs)),
    );
    const scores = symbols.map(({ series }) => series.score[i] ?? Number.NaN);
    return [rankCorrelation(scores, returns)];
  });
  return meanOf(correlations);
}

/** The share of rows, one a symbol and minute, whose 5-minute change is beyond the line. @param {readonly RecordedSymbol[]} symbols */
export function shareBeyondFiveMinuteLine(symbols) {
  const beyond = symbols.map(({ candles, series }) => {
    const shown = series.timeMs.filter((nowMs) => {
      const { value } = fiveMinuteChange(candleInputs(candles, nowMs)).deviations;
      return value !== null && Math.abs(value) > FIVE_MINUTE_CHANGE.lineDeviations;
    });
    return shown.length / series.timeMs.length;
  });
  return meanOf(beyond);
}

/** The candles that are known at a moment, as inputs. @param {CandlesByTimeframe} candles @param {number} nowMs */
export function candleInputs(candles, nowMs) {
  const at = candlesAt(candles, nowMs);
  const input = (/** @type {import("@pulseboard/engine").Candles} */ value) => ({
    known: /** @type {const} */ (true),
    value,
    asOfMs: (value.openTimeMs.at(-1) ?? Number.NaN) + value.intervalMs,
    periodMs: value.intervalMs,
  });
  return {
    nowMs,
    candles: { "1m": input(at["1m"]), "5m": input(at["5m"]), "30m": input(at["30m"]), "4h": input(at["4h"]) },
    ticker: /** @type {const} */ ({ known: false, reason: "not_provided", periodMs: MINUTE_MS }),
  };
}
