import { z } from "zod";
import { amountUsdField, changePercentField, coinField, scoreField, symbolField } from "../shared/fields.ts";

export const OPPORTUNITIES_LIMIT = 10;

export const opportunitySchema = z.object({
  /** Base coin, "BTC". */
  symbol: coinField,
  full_symbol: symbolField,
  score: scoreField.min(50),
  direction: z.literal("bullish"),
  price_change: changePercentField,
  volume: amountUsdField,
  opportunity_score: z.number().min(0).max(200),
});

export type Opportunity = Readonly<z.infer<typeof opportunitySchema>>;

interface Candidate {
  readonly symbol: string;
  readonly score: number;
  readonly change_24h: number | null;
  readonly turnover_24h: number | null;
}

/**
 * Finds the bullish symbols that move most, by score * min(2, 1 + abs(change) / 10) to two decimals. A symbol of unknown
 * change or turnover cannot be compared and is left out.
 *
 * @returns At most 10, by opportunity_score, then by name.
 */
export function findOpportunities(scored: readonly Candidate[]): Opportunity[] {
  const opportunities: Opportunity[] = [];
  for (const { symbol, score, change_24h, turnover_24h } of scored) {
    if (score < 50 || change_24h === null || turnover_24h === null) {
      continue;
    }
    opportunities.push({
      symbol: symbol.replace(/USDT$/, ""),
      full_symbol: symbol,
      score,
      direction: "bullish",
      price_change: change_24h,
      volume: turnover_24h,
      opportunity_score: Math.round(score * Math.min(2, 1 + Math.abs(change_24h) / 10) * 100) / 100,
    });
  }
  opportunities.sort((a, b) => b.opportunity_score - a.opportunity_score || (a.full_symbol < b.full_symbol ? -1 : 1));
  return opportunities.slice(0, OPPORTUNITIES_LIMIT);
}
