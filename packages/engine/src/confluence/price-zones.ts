import { newestCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { at, last } from "../indicators/columns.ts";
import { ema } from "../indicators/moving-averages.ts";
import { decay, figure, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import type { TimeframeView } from "./timeframe-view.ts";

const LOOKBACK_CANDLES = 200;
const HALF_LIFE_CANDLES = 25;
const IMPULSE_BODY_ATR = 1.5;
const IMPULSE_VOLUME = 1.5;

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
  const { open, close, volumeBase } = newestCandles(view.candles, LOOKBACK_CANDLES);
  const atr = view.atrColumn.subarray(-close.length);
  const averageVolume = ema(view.candles.volumeBase, 20).subarray(-close.length);
  const isImpulse = (i: number) =>
    Math.abs(at(close, i) - at(open, i)) >= IMPULSE_BODY_ATR * at(atr, i) &&
    at(volumeBase, i) >= IMPULSE_VOLUME * at(averageVolume, i);
  return zonesBelowAgainstAbove(view, (candles) => blocksBelow(candles, isImpulse));
}

/** Three-candle gaps that are still open, weighted by their remaining size in ATR. */
export function fairValueGaps(view: TimeframeView): RuleOutcome {
  return zonesBelowAgainstAbove(view, (candles) => gapsBelow(candles, view.atr));
}

/** Zones of the last 200 candles. Zones below support the price; zones above are zones below in the mirrored market. */
function zonesBelowAgainstAbove(view: TimeframeView, zonesBelow: (candles: Candles) => readonly Zone[]): RuleOutcome {
  const recent = newestCandles(view.candles, LOOKBACK_CANDLES);
  const below = zonesBelow(recent);
  const above = zonesBelow(mirrored(recent));
  if (below.length + above.length === 0) {
    return missing("no_activity");
  }
  const weigh = (zones: readonly Zone[]) =>
    zones.reduce(
      (sum, { age, distance, size }) => sum + size * decay(age, HALF_LIFE_CANDLES) * Math.exp(-distance / view.atr),
      0,
    );
  return outcome(
    squash(weigh(below) - weigh(above), 1),
    [figure("zones_below", below.length, ""), figure("zones_above", above.length, "")],
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
