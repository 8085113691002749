import { last } from "../indicators/columns.ts";
import { swings } from "../indicators/fractals.ts";
import { mean } from "../indicators/statistics.ts";
import { figure, formatNumber, missing, outcome, type RuleOutcome } from "./rule-outcome.ts";
import type { TimeframeView } from "./timeframe-view.ts";

export const SUPPORT_RESISTANCE = { lookbackCandles: 200, clusterAtr: 0.5, minTouches: 2 };

/**
 * The distance to the nearest level above against the distance to the nearest below. A level is where at least two swings of
 * the last 200 candles lie within .5 ATR of each other: for each swing, the mean of all swings within .25 ATR on either side.
 * (Joining swings one after another from one end would give other levels in the mirrored market.) A level within .05 ATR of the
 * price counts on both sides: a mean is not exact enough to tell on which side it lies.
 */
export function supportResistance({ candles, price, atr, softening }: TimeframeView): RuleOutcome {
  const { lookbackCandles, clusterAtr, minTouches } = SUPPORT_RESISTANCE;
  const prices = swings(candles, candles.close.length - lookbackCandles).map((swing) => swing.price);
  const close = last(candles.close);
  let above = Number.POSITIVE_INFINITY;
  let below = Number.POSITIVE_INFINITY;
  for (const swing of prices) {
    const touches = prices.filter((other) => Math.abs(other - swing) <= (clusterAtr / 2) * atr);
    const level = mean(touches);
    if (level === null || touches.length < minTouches) {
      continue;
    }
    const distance = level - close;
    if (distance >= -softening) {
      above = Math.min(above, Math.max(0, distance));
    }
    if (distance <= softening) {
      below = Math.min(below, Math.max(0, -distance));
    }
  }
  if (above === Number.POSITIVE_INFINITY || below === Number.POSITIVE_INFINITY) {
    return missing("no_activity");
  }
  const [belowAtr, aboveAtr] = [below / atr, above / atr];
  return outcome(
    (above - below) / (above + below + softening),
    [
      figure("support", price - below, "USD"),
      figure("support_below", belowAtr, "ATR"),
      figure("resistance", price + above, "USD"),
      figure("resistance_above", aboveAtr, "ATR"),
    ],
    `${formatNumber(belowAtr, 1)} ATR below and ${formatNumber(aboveAtr, 1)} ATR above`,
  );
}
