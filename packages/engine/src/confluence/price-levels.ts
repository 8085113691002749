import type { Candles } from "../domain/market-data.ts";
import { at, type Column, last } from "../indicators/columns.ts";
import { isSwing, SWING } from "../indicators/fractals.ts";
import { createScratch } from "../indicators/scratch.ts";
import { figure, missing, outcome, type RuleOutcome } from "./rule-outcome.ts";
import { formatNumber, formatPrice } from "./sentence-numbers.ts";
import type { TimeframeView } from "./timeframe-view.ts";

export const SUPPORT_RESISTANCE = { lookbackCandles: 200, clusterAtr: 0.5, minTouches: 2 };

const memory = createScratch();

/**
 * The distance to the nearest level above against the distance to the nearest below. A level is where at least two swings of
 * the last 200 candles lie within .5 ATR of each other: for each swing, the mean of all swings within .25 ATR on either side.
 * (Joining swings one after another from one end would give other levels in the mirrored market.) A level within .05 ATR of the
 * price counts on both sides: a mean is not exact enough to tell on which side it lies.
 */
export function supportResistance({ candles, price, atr, softening }: TimeframeView): RuleOutcome {
  const { lookbackCandles, clusterAtr, minTouches } = SUPPORT_RESISTANCE;
  const prices = swingPrices(candles, lookbackCandles);
  const close = last(candles.close);
  let above = Number.POSITIVE_INFINITY;
  let below = Number.POSITIVE_INFINITY;
  let resistance = Number.NaN;
  let support = Number.NaN;
  for (let i = 0; i < prices.length; i++) {
    const swing = at(prices, i);
    let touches = 0;
    let sum = 0;
    for (let j = 0; j < prices.length; j++) {
      const other = at(prices, j);
      if (Math.abs(other - swing) <= (clusterAtr / 2) * atr) {
        touches++;
        sum += other;
      }
    }
    if (touches < minTouches) {
      continue;
    }
    const level = sum / touches;
    const distance = level - close;
    if (distance >= -softening && Math.max(0, distance) < above) {
      above = Math.max(0, distance);
      resistance = price + level;
    }
    if (distance <= softening && Math.max(0, -distance) < below) {
      below = Math.max(0, -distance);
      support = price + level;
    }
  }
  if (above === Number.POSITIVE_INFINITY || below === Number.POSITIVE_INFINITY) {
    return missing("no_activity");
  }
  const [belowAtr, aboveAtr] = [below / atr, above / atr];
  return outcome(
    (above - below) / (above + below + softening),
    [
      figure("support", support, "USD"),
      figure("support_below", belowAtr, "ATR"),
      figure("resistance", resistance, "USD"),
      figure("resistance_above", aboveAtr, "ATR"),
    ],
    `at ${formatPrice(support)}, ${formatNumber(belowAtr, 1)} ATR below, resistance at ${formatPrice(resistance)}, ${formatNumber(aboveAtr, 1)} ATR above`,
  );
}

/** The prices of the confirmed swings among the newest candles. */
function swingPrices({ high, low }: Candles, lookbackCandles: number): Column {
  // A candle can be both.
  const prices = memory(2 * high.length);
  let count = 0;
  for (let i = Math.max(0, high.length - lookbackCandles); i + SWING.candlesAfter < high.length; i++) {
    if (isSwing(high, i, 1)) {
      prices[count] = at(high, i);
      count++;
    }
    if (isSwing(low, i, -1)) {
      prices[count] = at(low, i);
      count++;
    }
  }
  return prices.subarray(0, count);
}
