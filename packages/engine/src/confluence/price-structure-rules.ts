import type { Figure } from "../domain/symbol-analysis.ts";
import { at, last } from "../indicators/columns.ts";
import { windowHigh, windowLow } from "../indicators/extremes.ts";
import { lastEmas } from "../indicators/last-emas.ts";
import type { ComponentRules } from "./component-rules.ts";
import { SUPPORT_RESISTANCE, supportResistance } from "./price-levels.ts";
import { FAIR_VALUE_GAPS, fairValueGaps, ORDER_BLOCKS, orderBlocks } from "./price-zones.ts";
import { figure, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import { formatNumber, formatPrice } from "./sentence-numbers.ts";
import { STRUCTURE_BREAKS, structureBreaks } from "./structure-breaks.ts";
import type { TimeframeView } from "./timeframe-view.ts";

const TREND_POSITION = {
  periods: [10, 20, 50, 100, 200],
  /** After this many periods the start value of an EMA has faded (to e^-6). */
  warmupPeriods: 3,
  /** Per root of the period. */
  priceScaleAtr: 1,
  neighbourScaleAtr: 0.5,
};
const RANGE_POSITION = { candles: 50, scale: 0.8 };

/** The position of the price in its trend, and relative to swings, levels and zones. */
export const PRICE_STRUCTURE: ComponentRules = {
  component: "price_structure",
  weight: 0.15,
  // One minute is too short for structure.
  timeframeWeights: { "5m": 0.2, "30m": 0.45, "4h": 0.35 },
  rules: [
    {
      rule: "trend_position",
      weight: 0.25,
      per: "timeframe",
      label: "price",
      constants: TREND_POSITION,
      evaluate: trendPosition,
    },
    {
      rule: "structure_breaks",
      weight: 0.2,
      eventBased: true,
      per: "timeframe",
      label: "last break",
      constants: STRUCTURE_BREAKS,
      evaluate: structureBreaks,
    },
    {
      rule: "support_resistance",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "support",
      constants: SUPPORT_RESISTANCE,
      evaluate: supportResistance,
    },
    {
      rule: "order_blocks",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "order blocks",
      constants: ORDER_BLOCKS,
      evaluate: orderBlocks,
    },
    {
      rule: "fair_value_gaps",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "open gaps",
      constants: FAIR_VALUE_GAPS,
      evaluate: fairValueGaps,
    },
    {
      rule: "range_position",
      weight: 0.1,
      per: "timeframe",
      label: "price at",
      constants: RANGE_POSITION,
      evaluate: rangePosition,
    },
  ],
};

/** The mean of: the close relative to each moving average, and each average relative to the next slower one. */
function trendPosition({ candles, atr }: TimeframeView): RuleOutcome {
  const { periods, warmupPeriods, priceScaleAtr, neighbourScaleAtr } = TREND_POSITION;
  const { close } = candles;
  const figures: Figure[] = [];
  let sum = 0;
  let terms = 0;
  let below = 0;
  let faster = Number.NaN;
  const averages = lastEmas(close, periods);
  for (const [index, period] of periods.entries()) {
    if (close.length < warmupPeriods * period) {
      break;
    }
    // How far the close is above this average.
    const above = (last(close) - at(averages, index)) / atr;
    sum += squash(above, priceScaleAtr * Math.sqrt(period));
    terms++;
    if (figures.length > 0) {
      sum += squash(above - faster, neighbourScaleAtr * Math.sqrt(period));
      terms++;
    }
    below += above > 0 ? 1 : 0;
    faster = above;
    figures.push(figure(`above_ema_${period}`, above, "ATR"));
  }
  const count = figures.length;
  figures.push(figure("averages_below", below, ""), figure("averages", count, ""));
  return outcome(sum / terms, figures, `above ${below} of ${count} moving averages`);
}

function rangePosition({ candles, price, softening }: TimeframeView): RuleOutcome {
  const end = candles.close.length - 1;
  const high = windowHigh(candles.high, end, RANGE_POSITION.candles);
  const low = windowLow(candles.low, end, RANGE_POSITION.candles);
  const position = (2 * last(candles.close) - high - low) / (high - low + softening);
  const percent = 50 + 50 * position;
  return outcome(
    squash(position, RANGE_POSITION.scale),
    [
      figure("range_position", percent, "%"),
      figure("range_low", price + low, "USD"),
      figure("range_high", price + high, "USD"),
      figure("range_length", RANGE_POSITION.candles, "candles"),
    ],
    `${formatNumber(percent)} % of its range of ${RANGE_POSITION.candles} candles, ${formatPrice(price + low)} to ${formatPrice(price + high)},`,
  );
}
