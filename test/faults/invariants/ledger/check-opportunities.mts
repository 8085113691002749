import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { isRounded } from "./market-ledger.mts";

const MOST = 10;
const LEAST_SCORE = 50;

/** A row of any list of scores. */
type ScoreRow = Pick<MobileSnapshot["confluence_scores"][number], "symbol" | "score" | "change_24h" | "turnover_24h">;

/** The contract's definition of the opportunities, over these rows. */
export function checkOpportunities(
  shown: MobileSnapshot["opportunities"],
  rows: readonly ScoreRow[],
): readonly Mismatch[] {
  const right = rows.flatMap(({ symbol, score, change_24h: change, turnover_24h: turnover }) =>
    score >= LEAST_SCORE && change !== null && turnover !== null
      ? [{ symbol, score, change, turnover, exact: score * Math.min(2, 1 + Math.abs(change) / 10) }]
      : [],
  );
  const wrong = shown.flatMap((each) => {
    const row = right.find(({ symbol }) => symbol === each.full_symbol);
    const isRight =
      row !== undefined &&
      each.symbol === row.symbol.slice(0, -"USDT".length) &&
      each.score === row.score &&
      each.direction === "bullish" &&
      each.price_change === row.change &&
      each.volume === row.turnover &&
      isRounded(each.opportunity_score, row.exact, 2);
    return isRight ? [] : [`opportunities: ${JSON.stringify(each)} is not what ${JSON.stringify(row ?? null)} gives`];
  });
  const names = shown.map(({ full_symbol }) => full_symbol).join(" ");
  const expected = right
    .map(({ symbol, exact }) => ({ symbol, rounded: Number(exact.toFixed(2)) }))
    .toSorted((a, b) => b.rounded - a.rounded || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MOST)
    .map(({ symbol }) => symbol)
    .join(" ");
  return names === expected ? wrong : [...wrong, `opportunities: are ${names}, and the scores give ${expected}`];
}
