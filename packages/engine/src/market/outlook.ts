import { formatNumber } from "../confluence/sentence-numbers.ts";
import type { MissingReason } from "../domain/symbol-inputs.ts";
import { at, type Column } from "../indicators/columns.ts";
import { isMissing, PRICE_MOVES, type PriceMoves } from "./price-moves.ts";

/** The constants of the outlook that are not those of the moves. */
export const OUTLOOK = {
  /** Fewer symbols with 72 h of candles are no market to compare with. */
  minSymbols: 10,
};

/** A symbol with its moves. */
export interface SymbolMoves {
  readonly symbol: string;
  readonly moves: PriceMoves;
}

/** One move behind an outlook. */
export interface OutlookMove {
  readonly hours: number;
  /** The symbol's log move, and the mean of those of all symbols. */
  readonly ownLogMove: number;
  readonly marketLogMove: number;
  /** What the symbol ran ahead of the market, in its own hourly deviations times the root of the hours. */
  readonly deviations: number;
}

/** Reversion against the market, with what it was made from. */
export interface Outlook {
  /** REVM, -1..1: above 0 for a symbol that fell behind the market, below 0 for one that ran ahead. */
  readonly revm: number;
  /** Root mean square of the symbol's hourly log returns. */
  readonly hourlyDeviation: number;
  readonly moves: readonly OutlookMove[];
  /** "BTCUSDT ran 1.8 deviations ahead of the market in 24 h." */
  readonly sentence: string;
}

export type OutlookOrReason =
  | ({ readonly known: true } & Outlook)
  | { readonly known: false; readonly reason: MissingReason | "not_enough_symbols" };

/**
 * REVM of each symbol: minus the mean, over 1, 4, 24 and 72 h, of tanh of what it moved more than the mean of all symbols, in its
 * own hourly deviations times the root of the hours. It says how far a symbol ran ahead of the market or fell behind it, measured
 * by what is usual for it; it is no part of the score.
 *
 * All symbols with 72 h of candles are the market, the symbol itself included. Unknown for the reason of a symbol's moves, with
 * `no_activity` where it did not move at all, and with `not_enough_symbols` in a market below 10 symbols.
 *
 * @param symbols all scored ones, with their moves at the same moment; in any order
 * @param minSymbols fewer only for an evaluation of a small recording
 */
export function outlooks(
  symbols: readonly SymbolMoves[],
  minSymbols = OUTLOOK.minSymbols,
): ReadonlyMap<string, OutlookOrReason> {
  const ofMarket: { readonly moves: Column; readonly hourlyReturns: Column }[] = [];
  // In one order, so that the sums have the same bits whatever the order of the list.
  for (const { moves } of symbols.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1))) {
    if (!isMissing(moves.moves) && !isMissing(moves.hourlyReturns)) {
      ofMarket.push({ moves: moves.moves, hourlyReturns: moves.hourlyReturns });
    }
  }
  const hours = [...PRICE_MOVES.hoursOf5m, ...PRICE_MOVES.hoursOf30m];
  const market = hours.map((_, i) => ofMarket.reduce((sum, { moves }) => sum + at(moves, i), 0) / ofMarket.length);
  return new Map(
    symbols.map(({ symbol, moves: { moves, hourlyReturns } }): readonly [string, OutlookOrReason] => {
      if (isMissing(moves)) {
        return [symbol, moves];
      }
      if (isMissing(hourlyReturns)) {
        return [symbol, hourlyReturns];
      }
      if (ofMarket.length < minSymbols) {
        return [symbol, { known: false, reason: "not_enough_symbols" }];
      }
      return [symbol, outlookOf(symbol, moves, hourlyReturns, { hours, logMoves: market })];
    }),
  );
}

interface Market {
  readonly hours: readonly number[];
  readonly logMoves: readonly number[];
}

function outlookOf(symbol: string, own: Column, hourlyReturns: Column, { hours, logMoves }: Market): OutlookOrReason {
  const hourlyDeviation = Math.sqrt(hourlyReturns.reduce((sum, value) => sum + value ** 2, 0) / hourlyReturns.length);
  if (hourlyDeviation === 0) {
    return { known: false, reason: "no_activity" };
  }
  const moves = hours.map((hoursOfMove, i): OutlookMove => {
    const [ownLogMove, marketLogMove] = [at(own, i), logMoves[i] ?? Number.NaN];
    const deviations = (ownLogMove - marketLogMove) / (hourlyDeviation * Math.sqrt(hoursOfMove));
    return { hours: hoursOfMove, ownLogMove, marketLogMove, deviations };
  });
  const revm = -moves.reduce((sum, { deviations }) => sum + Math.tanh(deviations), 0) / moves.length;
  return { known: true, revm, hourlyDeviation, moves, sentence: sentenceOf(symbol, revm, moves) };
}

/** The largest move on the side that decides the outlook: another would contradict it. */
function sentenceOf(symbol: string, revm: number, moves: readonly OutlookMove[]): string {
  const side = revm < 0 ? 1 : -1;
  const [largest] = moves.toSorted((a, b) => side * (b.deviations - a.deviations));
  const deviations = formatNumber(Math.abs(largest?.deviations ?? 0), 1);
  if (largest === undefined || Number(deviations) === 0) {
    return `${symbol} moved with the market over ${moves.map(({ hours }) => hours).join(", ")} h.`;
  }
  const words = side > 0 ? ["ran", "ahead of"] : ["fell", "behind"];
  return `${symbol} ${words[0]} ${deviations} deviations ${words[1]} the market in ${largest.hours} h.`;
}
