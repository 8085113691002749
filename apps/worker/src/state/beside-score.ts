import type { AgainstBitcoin, againstBitcoin, OutlookOrReason } from "@pulseboard/engine";
import type { AnalysisFields } from "@pulseboard/snapshot";
import { round, roundSignificant } from "./rounding.ts";

/** The outlook can be recomputed from them to its six decimals. */
const FIGURE_DIGITS = 8;

export type AgainstBitcoinOrReason = ReturnType<typeof againstBitcoin>;

/** The outlook in the document's words. */
export function outlookFields(outlook: OutlookOrReason): NonNullable<AnalysisFields["outlook"]> {
  if (!outlook.known) {
    return { revm: null, reason: outlook.reason, sentence: null, hourly_deviation: null, moves: [] };
  }
  const { revm, sentence, hourlyDeviation, moves } = outlook;
  return {
    revm: round(revm, 6),
    reason: null,
    sentence,
    hourly_deviation: roundSignificant(hourlyDeviation, FIGURE_DIGITS),
    moves: moves.map(({ hours, ownLogMove, marketLogMove, deviations }) => ({
      hours,
      own_log_move: roundSignificant(ownLogMove, FIGURE_DIGITS),
      market_log_move: roundSignificant(marketLogMove, FIGURE_DIGITS),
      deviations: roundSignificant(deviations, FIGURE_DIGITS),
    })),
  };
}

/** Beta, correlation and own move in the document's words. */
export function againstBitcoinFields(bitcoin: AgainstBitcoinOrReason): NonNullable<AnalysisFields["against_btc"]> {
  return bitcoin.known
    ? {
        beta: round(bitcoin.beta, 6),
        correlation: round(bitcoin.correlation, 6),
        own_move_24h: ownMovePercent(bitcoin),
        hourly_returns: bitcoin.hourlyReturns,
        reason: null,
      }
    : { beta: null, correlation: null, own_move_24h: null, hourly_returns: null, reason: bitcoin.reason };
}

/** The own move as a change in %. */
export function ownMovePercent({ ownLogMove }: Pick<AgainstBitcoin, "ownLogMove">): number {
  return round(100 * Math.expm1(ownLogMove), 4);
}
