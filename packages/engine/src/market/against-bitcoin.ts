import { clampSignal, type MissingData, missing } from "../confluence/rule-outcome.ts";
import { type Column, last } from "../indicators/columns.ts";
import { columnStatistics } from "../indicators/statistics.ts";
import { isMissing } from "./price-moves.ts";

/** The constants of the comparison with Bitcoin that are not those of the moves. */
export const AGAINST_BITCOIN = {
  /** The symbol's own move is that of so many hours. */
  moveHours: 24,
};

/** Returns of one and the same size differ by the rounding of their logarithms, which is less than this. */
const ROUNDING = 1e-12;

/** How a symbol moves with Bitcoin, and what it moved without it. */
export interface AgainstBitcoin {
  /** Slope of the least-squares line of its hourly log returns over Bitcoin's: 2 means twice as far. */
  readonly beta: number;
  /** Pearson's correlation of the two, -1..1. */
  readonly correlation: number;
  /** Its log move over 24 h less beta times Bitcoin's. */
  readonly ownLogMove: number;
  /** How many hourly returns it is made from. */
  readonly hourlyReturns: number;
}

/**
 * Beta and correlation of a symbol against Bitcoin over the hours that both have, at most 7 days, and its own move over 24 h.
 * Bitcoin against itself is 1, 1 and 0.
 *
 * Unknown for the reason of either's returns (`too_short` below 72 of them), and with `no_activity` where the returns of one do
 * not differ.
 *
 * @param own hourly log returns that end at the same moment as Bitcoin's, as `priceMoves` gives them
 */
export function againstBitcoin(
  own: Column | MissingData,
  bitcoin: Column | MissingData,
): ({ readonly known: true } & AgainstBitcoin) | MissingData {
  if (isMissing(own)) {
    return own;
  }
  if (isMissing(bitcoin)) {
    return bitcoin;
  }
  const hourlyReturns = Math.min(own.length, bitcoin.length);
  const [ownReturns, bitcoinReturns] = [own.subarray(-hourlyReturns), bitcoin.subarray(-hourlyReturns)];
  const [ofOwn, ofBitcoin] = [columnStatistics(ownReturns), columnStatistics(bitcoinReturns)];
  if (ofOwn.deviation <= ROUNDING || ofBitcoin.deviation <= ROUNDING) {
    return missing("no_activity");
  }
  let products = 0;
  for (let back = 0; back < hourlyReturns; back++) {
    products += (last(ownReturns, back) - ofOwn.mean) * (last(bitcoinReturns, back) - ofBitcoin.mean);
  }
  const covariance = products / hourlyReturns;
  const beta = covariance / ofBitcoin.deviation ** 2;
  const correlation = clampSignal(covariance / (ofOwn.deviation * ofBitcoin.deviation));
  const ownLogMove = moveOf(ownReturns) - beta * moveOf(bitcoinReturns);
  return { known: true, beta, correlation, ownLogMove, hourlyReturns };
}

function moveOf(hourlyReturns: Column): number {
  return hourlyReturns.subarray(-AGAINST_BITCOIN.moveHours).reduce((sum, value) => sum + value, 0);
}
