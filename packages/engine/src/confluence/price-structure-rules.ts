import { last } from "../indicators/columns.ts";
import { windowHigh, windowLow } from "../indicators/extremes.ts";
import { ema } from "../indicators/moving-averages.ts";
import { mean } from "../indicators/statistics.ts";
import type { ComponentRules } from "./component-rules.ts";
import { supportResistance } from "./price-levels.ts";
import { fairValueGaps, orderBlocks } from "./price-zones.ts";
import { figure, formatNumber, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import { structureBreaks } from "./structure-breaks.ts";
import type { TimeframeView } from "./timeframe-view.ts";

const EMA_PERIODS = [10, 20, 50, 100, 200];
/** After this many periods the start value of an EMA has faded (to e^-6). */
const EMA_WARMUP_PERIODS = 3;
const RANGE_CANDLES = 50;

/** The position of the price in its trend, and relative to swings, levels and zones. */
export const PRICE_STRUCTURE: ComponentRules = {
  component: "price_structure",
  weight: 0.15,
  // The method's .3, .2 and .1: one minute is too short for structure.
  timeframeWeights: { "5m": 0.3 / 0.6, "30m": 0.2 / 0.6, "4h": 0.1 / 0.6 },
  rules: [
    { rule: "trend_position", weight: 0.25, per: "timeframe", label: "price", evaluate: trendPosition },
    {
      rule: "structure_breaks",
      weight: 0.2,
      eventBased: true,
      per: "timeframe",
      label: "last break",
      evaluate: structureBreaks,
    },
    {
      rule: "support_resistance",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "nearest levels",
      evaluate: supportResistance,
    },
    {
      rule: "order_blocks",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "order blocks",
      evaluate: orderBlocks,
    },
    {
      rule: "fair_value_gaps",
      weight: 0.15,
      eventBased: true,
      per: "timeframe",
      label: "open gaps",
      evaluate: fairValueGaps,
    },
    { rule: "range_position", weight: 0.1, per: "timeframe", label: "price at", evaluate: rangePosition },
  ],
};

/** The mean of: the close relative to each moving average, and each average relative to the next slower one. */
function trendPosition({ candles, atr }: TimeframeView): RuleOutcome {
  const { close } = candles;
  const price = last(close);
  const averages = EMA_PERIODS.filter((period) => close.length >= EMA_WARMUP_PERIODS * period).map((period) => ({
    period,
    value: last(ema(close, period)),
  }));
  const positions = averages.map(({ period, value }) => squash(price - value, atr * Math.sqrt(period)));
  const order = averages.slice(1).map((slower, index) => {
    const faster = averages[index] ?? slower;
    return squash(faster.value - slower.value, 0.5 * atr * Math.sqrt(slower.period));
  });
  const above = averages.filter(({ value }) => price > value).length;
  return outcome(
    mean([...positions, ...order]) ?? Number.NaN,
    [figure("averages_below_price", above, ""), figure("averages", averages.length, "")],
    `above ${above} of ${averages.length} moving averages`,
  );
}

function rangePosition({ candles, softening }: TimeframeView): RuleOutcome {
  const end = candles.close.length - 1;
  const high = windowHigh(candles.high, end, RANGE_CANDLES);
  const low = windowLow(candles.low, end, RANGE_CANDLES);
  const position = (2 * last(candles.close) - high - low) / (high - low + softening);
  const percent = 50 + 50 * position;
  return outcome(
    squash(position, 0.8),
    [figure("range_position", percent, "%")],
    `${formatNumber(percent)} % of its ${RANGE_CANDLES}-candle range`,
  );
}
