import { closedTail } from "../candles/slice-candles.ts";
import { checkCandleColumns } from "../checks/check-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { IndicatorVote, TechnicalRating } from "../domain/symbol-analysis.ts";
import { isAbove, isBelow } from "./compare-values.ts";
import { MOVING_AVERAGE_VOTERS } from "./moving-average-votes.ts";
import { OSCILLATOR_VOTERS } from "./oscillator-votes.ts";
import { ratedBars } from "./rated-bars.ts";
import { RATING } from "./rating-constants.ts";
import { castVote } from "./vote.ts";

/**
 * TradingView's technical rating (version 3.0 of its published script) of the last closed candle: 15 moving-average and
 * 11 oscillator votes, the mean of each, and the mean of the two. As on the platform, candles without trades are dropped and
 * the last 250 are rated. Only the candles after the last hole count, as in a score. An indicator without enough bars does not
 * vote. A mean without votes is null, and then so is `all`.
 *
 * @throws EngineInputError for candles that are unsorted, doubled, not finite or impossible, or with columns of different lengths
 */
export function technicalRating(candles: Candles): TechnicalRating {
  checkCandleColumns("candles", candles);
  return rateCandles(closedTail(candles, Number.POSITIVE_INFINITY));
}

/** The rating of candles that have been checked. */
export function rateCandles(candles: Candles): TechnicalRating {
  const bars = ratedBars(candles);
  const averageVotes = MOVING_AVERAGE_VOTERS.map((voter) => castVote(voter, bars));
  const oscillatorVotes = OSCILLATOR_VOTERS.map((voter) => castVote(voter, bars));
  const movingAverages = meanVote(averageVotes);
  const oscillators = meanVote(oscillatorVotes);
  const all = movingAverages === null || oscillators === null ? null : (movingAverages + oscillators) / 2;
  return {
    all,
    movingAverages,
    oscillators,
    label: all === null ? null : ratingLabel(all),
    votes: [...averageVotes, ...oscillatorVotes],
  };
}

/** The rating of a timeframe without candles. */
export const UNKNOWN_RATING: TechnicalRating = {
  all: null,
  movingAverages: null,
  oscillators: null,
  label: null,
  votes: [],
};

function meanVote(votes: readonly IndicatorVote[]): number | null {
  let sum = 0;
  let count = 0;
  for (const { vote } of votes) {
    sum += vote ?? 0;
    count += vote === null ? 0 : 1;
  }
  return count === 0 ? null : sum / count;
}

/** Strict bounds: exactly .5 is still Buy. */
export function ratingLabel(rating: number): NonNullable<TechnicalRating["label"]> {
  const { direction, strong } = RATING.label;
  if (isAbove(rating, strong)) {
    return "Strong Buy";
  }
  if (isAbove(rating, direction)) {
    return "Buy";
  }
  if (isBelow(rating, -strong)) {
    return "Strong Sell";
  }
  return isBelow(rating, -direction) ? "Sell" : "Neutral";
}
