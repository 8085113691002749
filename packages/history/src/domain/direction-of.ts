import type { MarketDirection } from "./history-row.ts";

/** The direction within a regime's name: "Strong Bullish: Broad Rally" is bullish, "Volatile: Volatile Selloff" bearish. */
export function directionOf(regime: string): MarketDirection {
  if (/Bullish|Volatile Rally/.test(regime)) {
    return "bullish";
  }
  if (/Bearish|Volatile Selloff/.test(regime)) {
    return "bearish";
  }
  return /^Neutral|Choppy Waters/.test(regime) ? "neutral" : null;
}
