import { logMove, type SymbolInputs } from "@pulseboard/engine";
import type { ScoredInput } from "./market-state.ts";

/** What the history keeps of a symbol at one refresh and no document has; unknown is null. */
export interface HistoryFigures {
  /** Log of the newest closed 5m close over the one 1 h before. */
  readonly momentum1h: number | null;
  readonly momentum24h: number | null;
  /** `all` of the technical rating of 30m, -1..1. */
  readonly rating30m: number | null;
  readonly markPrice: number | null;
  /** Fraction per 8 h. */
  readonly fundingRate: number | null;
  /** One side. */
  readonly openInterestUsd: number | null;
  /** Of the minutes that closed since the refresh before. */
  readonly turnoverUsd: number | null;
}

/**
 * @param inputs those that the symbol was scored by
 * @param sinceMs market time of the refresh before; null without one
 */
export function historyFigures(
  { analysis, ticker }: Pick<ScoredInput, "analysis" | "ticker">,
  inputs: SymbolInputs,
  sinceMs: number | null,
): HistoryFigures {
  const momentum = (hours: number): number | null => {
    const move = logMove(inputs, "5m", hours);
    return typeof move === "number" ? move : null;
  };
  return {
    momentum1h: momentum(1),
    momentum24h: momentum(24),
    rating30m: analysis.technicalRating["30m"].all,
    markPrice: ticker.markPrice,
    fundingRate: ticker.fundingRate8h,
    openInterestUsd: ticker.openInterestUsd,
    turnoverUsd: sinceMs === null ? null : turnoverSince(inputs, sinceMs),
  };
}

/**
 * Volume times typical price, summed over the 1m candles that closed after `sinceMs` and by now, so that each minute counts in one
 * refresh only; null unless all of them are there.
 */
function turnoverSince({ nowMs, candles }: SymbolInputs, sinceMs: number): number | null {
  const minutes = candles["1m"];
  if (!minutes.known) {
    return null;
  }
  const { openTimeMs, high, low, close, volumeBase, intervalMs } = minutes.value;
  let turnoverUsd = 0;
  let found = 0;
  for (let i = openTimeMs.length - 1; i >= 0; i--) {
    const closedMs = (openTimeMs[i] ?? Number.NaN) + intervalMs;
    if (closedMs <= sinceMs) {
      break;
    }
    if (closedMs <= nowMs) {
      found += 1;
      const typical = ((high[i] ?? Number.NaN) + (low[i] ?? Number.NaN) + (close[i] ?? Number.NaN)) / 3;
      turnoverUsd += (volumeBase[i] ?? Number.NaN) * typical;
    }
  }
  const expected = Math.floor(nowMs / intervalMs) - Math.floor(sinceMs / intervalMs);
  return found === expected ? turnoverUsd : null;
}
