import type { Candles } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";
import { CONFIRMING_CANDLES, type Swing, swings } from "../indicators/fractals.ts";
import { decay, figure, missing, outcome, type RuleOutcome } from "./rule-outcome.ts";
import type { TimeframeView } from "./timeframe-view.ts";

export const STRUCTURE_BREAKS = {
  halfLifeCandles: 25,
  /** Weight of a break that turns the trend, and of one that continues it. */
  change: 1,
  continuation: 0.7,
};

interface StructureBreak {
  readonly index: number;
  readonly direction: 1 | -1;
  /** The price of the swing that was passed, as the candles have it. */
  readonly level: number;
  /** The previous break went the other way. */
  readonly turnsTrend: boolean;
}

/** The last close beyond a confirmed swing, up or down; its weight fades with its age in candles. */
export function structureBreaks({ candles, price }: TimeframeView): RuleOutcome {
  const found = lastBreak(candles);
  if (found === null) {
    return missing("no_activity");
  }
  const age = candles.close.length - 1 - found.index;
  const strength = found.turnsTrend ? STRUCTURE_BREAKS.change : STRUCTURE_BREAKS.continuation;
  const kind = found.turnsTrend ? "change of character" : "continuation";
  return outcome(
    found.direction * strength * decay(age, STRUCTURE_BREAKS.halfLifeCandles),
    [
      figure("direction", found.direction, ""),
      figure("age", age, "candles"),
      figure("strength", strength, ""),
      figure("broken_level", price + found.level, "USD"),
    ],
    `${found.direction > 0 ? "up" : "down"} ${agoInCandles(age)} (${kind})`,
  );
}

function agoInCandles(age: number): string {
  if (age === 0) {
    return "just now";
  }
  return age === 1 ? "1 candle ago" : `${age} candles ago`;
}

/**
 * Walks through the candles and remembers the latest confirmed swing of each kind that no close has passed yet. A close beyond
 * both at once (possible when a swing high lies below a swing low) is no break.
 */
function lastBreak(candles: Candles): StructureBreak | null {
  const pending = swings(candles, 0);
  let next = 0;
  let high: Swing | null = null;
  let low: Swing | null = null;
  let latest: StructureBreak | null = null;
  for (let i = 0; i < candles.close.length; i++) {
    for (; next < pending.length; next++) {
      const swing = pending[next];
      if (swing === undefined || swing.index + CONFIRMING_CANDLES > i) {
        break;
      }
      if (swing.kind === "high") {
        high = swing;
      } else {
        low = swing;
      }
    }
    const close = at(candles.close, i);
    const up: Swing | null = high !== null && close > high.price ? high : null;
    const down: Swing | null = low !== null && close < low.price ? low : null;
    const passed = up === null ? down : down === null ? up : null;
    if (passed !== null) {
      const direction = passed.kind === "high" ? 1 : -1;
      const turnsTrend: boolean = latest !== null && latest.direction !== direction;
      latest = { index: i, direction, level: passed.price, turnsTrend };
    }
    if (up !== null) {
      high = null;
    }
    if (down !== null) {
      low = null;
    }
  }
  return latest;
}
