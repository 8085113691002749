import { newestCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { at, last } from "../indicators/columns.ts";
import { ema } from "../indicators/ema.ts";
import { decay, figure, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
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

/** A price range that the market left in a hurry and has not returned to. */
interface Zone {
  /** Candles since the zone formed. */
  readonly age: number;
  /** Distance from the zone's near end to the last close, in price, 0 or more. */
  readonly distance: number;
  /** Its weight before age and distance. */
  readonly size: number;
}

/**
 * Origins of impulses that the price has not returned to. An origin is the candle before one whose body is at least 1.5 ATR on
 * at least 1.5 times the average volume. It ends when a later candle reaches back into it.
 */
export function orderBlocks(view: TimeframeView): RuleOutcome {
  const { open, close, volumeBase } = newestCandles(view.candles, ORDER_BLOCKS.lookbackCandles);
  const atr = view.atrColumn.subarray(-close.length);
  const averageVolume = ema(view.candles.volumeBase, ORDER_BLOCKS.volumePeriod).subarray(-close.length);
  const isImpulse = (i: number) =>
    Math.abs(at(close, i) - at(open, i)) >= ORDER_BLOCKS.bodyAtr * at(atr, i) &&
    at(volumeBase, i) >= ORDER_BLOCKS.volumeTimes * at(averageVolume, i);
  return zonesBelowAgainstAbove(view, ORDER_BLOCKS, (candles) => blocksBelow(candles, isImpulse));
}

/** Three-candle gaps that are still open, weighted by their remaining size in ATR. */
export function fairValueGaps(view: TimeframeView): RuleOutcome {
  return zonesBelowAgainstAbove(view, FAIR_VALUE_GAPS, (candles) => gapsBelow(candles, view.atr));
}

/** Zones below support the price; zones above are zones below in the mirrored market. */
function zonesBelowAgainstAbove(
  view: TimeframeView,
  constants: ZoneConstants,
  zonesBelow: (candles: Candles) => readonly Zone[],
): RuleOutcome {
  const recent = newestCandles(view.candles, constants.lookbackCandles);
  const below = zonesBelow(recent);
  const above = zonesBelow(mirrored(recent));
  if (below.length + above.length === 0) {
    return missing("no_activity");
  }
  const distanceScale = constants.distanceScaleAtr * view.atr;
  const weigh = (zones: readonly Zone[]) =>
    zones.reduce(
      (sum, { age, distance, size }) =>
        sum + size * decay(age, constants.halfLifeCandles) * Math.exp(-distance / distanceScale),
      0,
    );
  const [weightBelow, weightAbove] = [weigh(below), weigh(above)];
  return outcome(
    squash(weightBelow - weightAbove, constants.scale),
    [
      figure("zones_below", below.length, ""),
      figure("weight_below", weightBelow, ""),
      figure("zones_above", above.length, ""),
      figure("weight_above", weightAbove, ""),
    ],
    `${below.length} below and ${above.length} above`,
  );
}

function blocksBelow({ open, high, low, close }: Candles, isImpulse: (index: number) => boolean): readonly Zone[] {
  const zones: Zone[] = [];
  const end = close.length - 1;
  let lowestSince = Number.POSITIVE_INFINITY;
  for (let i = end; i > 0; i--) {
    const top = at(high, i - 1);
    const unmitigated = lowestSince > top;
    if (at(close, i) > at(open, i) && unmitigated && isImpulse(i)) {
      // If the impulse is the last candle, it may close inside its own origin.
      zones.push({ age: end - i, distance: Math.max(0, last(close) - top), size: 1 });
    }
    lowestSince = Math.min(lowestSince, at(low, i));
  }
  return zones;
}

function gapsBelow({ high, low, close }: Candles, atr: number): readonly Zone[] {
  const zones: Zone[] = [];
  const end = close.length - 1;
  let lowestSince = Number.POSITIVE_INFINITY;
  for (let i = end; i > 1; i--) {
    lowestSince = Math.min(lowestSince, at(low, i));
    const left = lowestSince - at(high, i - 2);
    if (left > 0) {
      zones.push({ age: end - i, distance: last(close) - lowestSince, size: left / atr });
    }
  }
  return zones;
}

function mirrored({ intervalMs, openTimeMs, open, high, low, close, volumeBase }: Candles): Candles {
  const negative = (column: Float64Array) => column.map((price) => -price);
  return {
    intervalMs,
    openTimeMs,
    open: negative(open),
    high: negative(low),
    low: negative(high),
    close: negative(close),
    volumeBase,
  };
}
