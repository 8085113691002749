// The 26 votes of TradingView's rating for at most 250 bars with trades, in one pass over the bars and a few short windows.
import { plainAverageVotes } from "./rating-averages.mjs";
import { plainOscillatorVotes } from "./rating-oscillators.mjs";

/**
 * @typedef {{ readonly high: Float64Array, readonly low: Float64Array, readonly close: Float64Array, readonly volumeBase: Float64Array }} Bars
 * @param {Bars} bars at least 200
 * @returns {readonly number[]} the 15 votes of averages and the 11 of oscillators: -1, 0 or 1
 */
export function plainRating(bars) {
  return [...plainAverageVotes(bars), ...plainOscillatorVotes(bars)];
}
