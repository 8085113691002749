import { at, type Column } from "../indicators/columns.ts";
import { emaInto } from "../indicators/ema.ts";
import { createScratch } from "../indicators/scratch.ts";
import { decay, figure, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import { formatPrice } from "./sentence-numbers.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** How zones are found and weighed; their sum is squashed by `scale`. */
interface ZoneConstants {
  readonly lookbackCandles: number;
  readonly halfLifeCandles: number;
  readonly distanceScaleAtr: number;
  readonly scale: number;
}

const ZONES: ZoneConstants = { lookbackCandles: 200, halfLifeCandles: 25, distanceScaleAtr: 1, scale: 1 };
export const ORDER_BLOCKS = { ...ZONES, bodyAtr: 1.5, volumeTimes: 1.5, volumePeriod: 20 };
export const FAIR_VALUE_GAPS = { ...ZONES };

/** Price ranges that the market left in a hurry and has not returned to, on one side of the price. */
interface Zones {
  count: number;
  /** The sum of their sizes, each by its age and its distance from the price. */
  weight: number;
  /** The near end of the nearest one, as the candles have it; NaN where there is none. */
  nearest: number;
}

/** 1: zones below the price, which support it. -1: zones above, which are zones below in the mirrored market. */
type Side = 1 | -1;

const volumeAverages = createScratch();

/**
 * Origins of impulses that the price has not returned to. An origin is the candle before one whose body is at least 1.5 ATR on
 * at least 1.5 times the average volume. It ends when a later candle reaches back into it.
 */
export function orderBlocks(view: TimeframeView): RuleOutcome {
  const { volumeBase } = view.candles;
  const averageVolume = emaInto(volumeAverages(volumeBase.length), volumeBase, ORDER_BLOCKS.volumePeriod);
  return belowAgainstAbove(view, ORDER_BLOCKS, blocks(view, averageVolume, 1), blocks(view, averageVolume, -1));
}

/** Three-candle gaps that are still open, weighted by their remaining size in ATR. */
export function fairValueGaps(view: TimeframeView): RuleOutcome {
  return belowAgainstAbove(view, FAIR_VALUE_GAPS, gaps(view, 1), gaps(view, -1));
}

function belowAgainstAbove(
  { price }: TimeframeView,
  { scale }: ZoneConstants,
  below: Zones,
  above: Zones,
): RuleOutcome {
  if (below.count + above.count === 0) {
    return missing("no_activity");
  }
  return outcome(
    squash(below.weight - above.weight, scale),
    [
      figure("zones_below", below.count, ""),
      figure("weight_below", below.weight, ""),
      ...(below.count > 0 ? [figure("nearest_below", price + below.nearest, "USD")] : []),
      figure("zones_above", above.count, ""),
      figure("weight_above", above.weight, ""),
      ...(above.count > 0 ? [figure("nearest_above", price + above.nearest, "USD")] : []),
    ],
    `${below.count} below${fromPrice(below, price)} and ${above.count} above${fromPrice(above, price)}`,
  );
}

function fromPrice({ count, nearest }: Zones, price: number): string {
  return count === 0 ? "" : ` from ${formatPrice(price + nearest)}`;
}

function blocks({ candles, atrColumn, atr }: TimeframeView, averageVolume: Column, side: Side): Zones {
  const { open, close, volumeBase } = candles;
  // A price times the side is the price of the mirrored market, where a high is a low.
  const [highs, lows] = side === 1 ? [candles.high, candles.low] : [candles.low, candles.high];
  const { lookbackCandles, bodyAtr, volumeTimes } = ORDER_BLOCKS;
  const zones = { count: 0, weight: 0, nearest: Number.NaN };
  const end = close.length - 1;
  let lowestSince = Number.POSITIVE_INFINITY;
  for (let i = end; i > Math.max(0, end - lookbackCandles + 1); i--) {
    const top = side * at(highs, i - 1);
    const body = side * (at(close, i) - at(open, i));
    const isImpulse =
      body > 0 && body >= bodyAtr * at(atrColumn, i) && at(volumeBase, i) >= volumeTimes * at(averageVolume, i);
    if (isImpulse && lowestSince > top) {
      addNearest(zones, side, side * top);
      // If the impulse is the last candle, it may close inside its own origin.
      addZone(zones, ORDER_BLOCKS, 1, end - i, Math.max(0, side * at(close, end) - top) / atr);
    }
    lowestSince = Math.min(lowestSince, side * at(lows, i));
  }
  return zones;
}

function gaps({ candles, atr }: TimeframeView, side: Side): Zones {
  const { close } = candles;
  const [highs, lows] = side === 1 ? [candles.high, candles.low] : [candles.low, candles.high];
  const zones = { count: 0, weight: 0, nearest: Number.NaN };
  const end = close.length - 1;
  let lowestSince = Number.POSITIVE_INFINITY;
  for (let i = end; i > Math.max(1, end - FAIR_VALUE_GAPS.lookbackCandles + 2); i--) {
    lowestSince = Math.min(lowestSince, side * at(lows, i));
    const left = lowestSince - side * at(highs, i - 2);
    if (left > 0) {
      addNearest(zones, side, side * lowestSince);
      addZone(zones, FAIR_VALUE_GAPS, left / atr, end - i, (side * at(close, end) - lowestSince) / atr);
    }
  }
  return zones;
}

/** @param nearEnd As the candles have it. */
function addNearest(zones: Zones, side: Side, nearEnd: number): void {
  if (!(side * zones.nearest >= side * nearEnd)) {
    zones.nearest = nearEnd;
  }
}

/** @param distanceAtr From the zone's near end to the last close, 0 or more. */
function addZone(
  zones: Zones,
  { halfLifeCandles, distanceScaleAtr }: ZoneConstants,
  size: number,
  ageCandles: number,
  distanceAtr: number,
): void {
  zones.count++;
  zones.weight += size * decay(ageCandles, halfLifeCandles) * Math.exp(-distanceAtr / distanceScaleAtr);
}
