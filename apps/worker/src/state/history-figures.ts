import { logMove, type SymbolInputs } from "@pulseboard/engine";
import type { HistoryRow } from "@pulseboard/history";
import type { ScoredInput } from "./market-state.ts";

/** What the history keeps of a symbol at one refresh and no document has; unknown is null. */
export type HistoryFigures = Pick<
  HistoryRow,
  "momentum1h" | "momentum24h" | "rating30m" | "markPrice" | "fundingRate" | "openInterestUsd" | "turnoverUsd"
>;

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
