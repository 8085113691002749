import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { TIMEFRAMES } from "./rule-names.ts";

/** A price at which at least two swings of a timeframe turned. */
export interface Level {
  readonly side: "support" | "resistance";
  /** USD. */
  readonly price: number;
  /** Its distance from the price when it was scored, in ATR of its timeframe. */
  readonly distanceAtr: number;
  readonly timeframe: (typeof TIMEFRAMES)[number];
}

const SIDES = [
  ["support", "support_below"],
  ["resistance", "resistance_above"],
] as const;

/** The nearest support and the nearest resistance over all timeframes of the analysis; a side that has none is left out. */
export function nearestLevels({ breakdown, price }: Pick<ConfluenceAnalysis, "breakdown" | "price">): readonly Level[] {
  const timeframes = breakdown.price_structure.rules.support_resistance?.timeframes ?? {};
  return SIDES.flatMap(([side, distance]) => {
    const all = TIMEFRAMES.flatMap((timeframe) => {
      const figures = timeframes[timeframe]?.figures ?? [];
      const value = (wanted: string) => figures.find(({ name }) => name === wanted)?.value;
      const [level, distanceAtr] = [value(side), value(distance)];
      return level === undefined || distanceAtr === undefined ? [] : [{ side, price: level, distanceAtr, timeframe }];
    });
    return all.sort((a, b) => Math.abs(a.price - price) - Math.abs(b.price - price)).slice(0, 1);
  });
}
