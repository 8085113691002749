import { checkName, checkNumber, FINITE } from "../checks/check-columns.ts";
import { clampSignal } from "../confluence/rule-outcome.ts";
import { stretchedScore } from "../confluence/score.ts";
import { EngineInputError } from "../domain/engine-input-error.ts";

export const RELATIVE_SCORE = { minSymbols: 10 };

/** A symbol with its published W. */
export interface PublishedSignal {
  readonly symbol: string;
  readonly weightedSignal: number;
}

export interface RelativeScore {
  /** 0..100: 50 is the median symbol. */
  readonly relative: number;
  /** 1 is the highest; equal ones are ranked by name. */
  readonly rank: number;
}

/**
 * Where each symbol stands among all that were scored: W minus their median W, stretched onto 0..100 like a score. It takes what
 * all symbols have in common out of the score, which is most of it.
 *
 * @param minSymbols fewer only for an evaluation of a small recording
 * @returns by symbol; null with fewer than 10 symbols
 * @throws EngineInputError for a W that is not finite, and for a symbol that is named twice
 */
export function relativeScores(
  signals: readonly PublishedSignal[],
  minSymbols = RELATIVE_SCORE.minSymbols,
): ReadonlyMap<string, RelativeScore> | null {
  const symbols = new Set<string>();
  for (const [index, { symbol, weightedSignal }] of signals.entries()) {
    checkName(`signals[${index}].symbol`, symbol);
    checkNumber(`${symbol}.weightedSignal`, weightedSignal, FINITE);
    if (symbols.has(symbol)) {
      throw new EngineInputError(`signals[${index}].symbol`, `is ${symbol}, which is there twice`);
    }
    symbols.add(symbol);
  }
  if (signals.length < minSymbols) {
    return null;
  }
  const ranked = signals.toSorted(
    (a, b) => b.weightedSignal - a.weightedSignal || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0),
  );
  const centre = median(ranked);
  return new Map(
    ranked.map(({ symbol, weightedSignal }, index) => [
      symbol,
      { relative: stretchedScore(clampSignal(weightedSignal - centre)), rank: index + 1 },
    ]),
  );
}

/** Of an even number, the mean of the two in the middle. */
function median(ranked: readonly PublishedSignal[]): number {
  const middle = (ranked.length - 1) / 2;
  const [low, high] = [ranked[Math.floor(middle)], ranked[Math.ceil(middle)]];
  return ((low?.weightedSignal ?? Number.NaN) + (high?.weightedSignal ?? Number.NaN)) / 2;
}
