import type { Candles } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";
import { isSwing, SWING } from "../indicators/fractals.ts";
import { decay, figure, missing, outcome, type RuleOutcome } from "./rule-outcome.ts";
import { formatPrice } from "./sentence-numbers.ts";
import type { TimeframeView } from "./timeframe-view.ts";

export const STRUCTURE_BREAKS = {
  halfLifeCandles: 25,
  /** Weight of a break that turns the trend, and of one that continues it. */
  change: 1,
  continuation: 0.7,
};

interface StructureBreak {
  readonly index: number;
  /** 1 up, -1 down. */
  readonly direction: number;
  /** The price of the swing that was passed, as the candles have it. */
  readonly level: number;
  /** The direction of the break before this one; 0 for the first one known. */
  readonly directionBefore: number;
}

/** The last close beyond a confirmed swing, up or down; its weight fades with its age in candles. */
export function structureBreaks({ candles, price }: TimeframeView): RuleOutcome {
  const found = lastBreak(candles);
  if (found === null) {
    return missing("no_activity");
  }
  const age = candles.close.length - 1 - found.index;
  const turnsTrend = found.directionBefore === -found.direction;
  const strength = turnsTrend ? STRUCTURE_BREAKS.change : STRUCTURE_BREAKS.continuation;
  const kind = turnsTrend ? "change of character" : found.directionBefore === 0 ? "the first known" : "continuation";
  return outcome(
    found.direction * strength * decay(age, STRUCTURE_BREAKS.halfLifeCandles),
    [
      figure("direction", found.direction, ""),
      figure("age", age, "candles"),
      figure("strength", strength, ""),
      figure("broken_level", price + found.level, "USD"),
    ],
    `${found.direction > 0 ? "up" : "down"} through ${formatPrice(price + found.level)} ${agoInCandles(age)} (${kind})`,
  );
}

function agoInCandles(age: number): string {
  if (age === 0) {
    return "on the last close";
  }
  return age === 1 ? "1 candle ago" : `${age} candles ago`;
}

/**
 * Walks through the candles and remembers the latest confirmed swing of each kind that no close has passed yet. A close beyond
 * both at once (possible when a swing high lies below a swing low) is no break.
 */
function lastBreak({ high, low, close: closes }: Candles): StructureBreak | null {
  // Beyond every close while there is no swing.
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  let index = -1;
  let direction = 0;
  let directionBefore = 0;
  let level = Number.NaN;
  for (let i = SWING.candlesAfter; i < closes.length; i++) {
    const confirmed = i - SWING.candlesAfter;
    top = isSwing(high, confirmed, 1) ? at(high, confirmed) : top;
    bottom = isSwing(low, confirmed, -1) ? at(low, confirmed) : bottom;
    const close = at(closes, i);
    const up = close > top;
    const down = close < bottom;
    if (up !== down) {
      index = i;
      directionBefore = direction;
      direction = up ? 1 : -1;
      level = up ? top : bottom;
    }
    top = up ? Number.POSITIVE_INFINITY : top;
    bottom = down ? Number.NEGATIVE_INFINITY : bottom;
  }
  return index === -1 ? null : { index, direction, level, directionBefore };
}
