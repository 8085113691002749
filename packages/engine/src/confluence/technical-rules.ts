import { newestCandles } from "../candles/slice-candles.ts";
import { at, columnOf, last } from "../indicators/columns.ts";
import { macd } from "../indicators/macd.ts";
import { smma, windowSum } from "../indicators/moving-averages.ts";
import { softenedCci, softenedWilliamsR } from "../indicators/oscillators.ts";
import { medianPrice } from "../indicators/prices.ts";
import { averageGainsAndLosses } from "../indicators/rsi.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, formatNumber, outcome, type RuleOutcome, smoothstep, squash } from "./rule-outcome.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** Classic indicators of the price alone, with softened denominators. */
export const TECHNICAL: ComponentRules = {
  component: "technical",
  weight: 0.1,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "rsi", weight: 0.2, per: "timeframe", label: "RSI 14 at", evaluate: rsiRule },
    { rule: "ao", weight: 0.2, per: "timeframe", label: "awesome oscillator at", evaluate: aoRule },
    { rule: "macd", weight: 0.15, per: "timeframe", label: "MACD histogram at", evaluate: macdRule },
    { rule: "cci", weight: 0.15, per: "timeframe", label: "CCI 20 at", evaluate: cciRule },
    { rule: "adx", weight: 0.15, per: "timeframe", label: "ADX 14 at", evaluate: adxRule },
    { rule: "williams_r", weight: 0.15, per: "timeframe", label: "Williams %R at", evaluate: williamsRule },
  ],
};

function rsiRule({ candles, softening }: TimeframeView): RuleOutcome {
  const { gain, loss } = averageGainsAndLosses(candles.close, 14);
  const moved = last(gain) + last(loss);
  const rsi = 50 + (50 * (last(gain) - last(loss))) / (moved + softening);
  return outcome(momentumThenExhaustion(rsi), [figure("rsi", rsi, "")], formatNumber(rsi));
}

/** Through (50, 0) (70, 1) (85, 0) (100, -.5), mirrored below 50. */
function momentumThenExhaustion(rsi: number): number {
  const distance = Math.abs(rsi - 50);
  const towards = Math.sign(rsi - 50);
  if (distance <= 20) {
    return (towards * distance) / 20;
  }
  if (distance <= 35) {
    return (towards * (35 - distance)) / 15;
  }
  return (-towards * 0.5 * (distance - 35)) / 15;
}

function aoRule({ candles, atr }: TimeframeView): RuleOutcome {
  const median = medianPrice(newestCandles(candles, 34));
  const end = median.length - 1;
  const ao = (windowSum(median, end, 5) / 5 - windowSum(median, end, 34) / 34) / atr;
  return outcome(squash(ao, 1.5), [figure("ao", ao, "ATR")], `${formatNumber(ao, 2, true)} ATR`);
}

function macdRule({ candles, atr }: TimeframeView): RuleOutcome {
  const histogram = last(macd(candles.close, { fast: 12, slow: 26, signal: 9 }).histogram) / atr;
  return outcome(
    squash(histogram, 0.5),
    [figure("histogram", histogram, "ATR")],
    `${formatNumber(histogram, 2, true)} ATR`,
  );
}

function cciRule({ candles, softening }: TimeframeView): RuleOutcome {
  const recent = newestCandles(candles, 20);
  const cci = last(softenedCci(recent, 20, softening));
  return outcome(squash(cci, 150), [figure("cci", cci, "")], formatNumber(cci, 0, true));
}

/**
 * Wilder keeps the larger of a candle's moves up and down and drops the other, so that a candle which widens evenly to both
 * sides jumps between the two. This rule uses the difference of the two moves: it equals Wilder's for nearly all candles, and
 * does not jump.
 */
function adxRule({ candles, softening }: TimeframeView): RuleOutcome {
  const { high, low } = candles;
  const netMove = columnOf(high.length, (i) => {
    const up = Math.max(0, at(high, i) - at(high, i - 1));
    const down = Math.max(0, at(low, i - 1) - at(low, i));
    return up - down;
  });
  const average = (sign: 1 | -1) =>
    smma(
      columnOf(netMove.length, (i) => Math.max(0, sign * at(netMove, i))),
      14,
    );
  const plus = average(1);
  const minus = average(-1);
  const balance = columnOf(netMove.length, (i) => {
    return (at(plus, i) - at(minus, i)) / (at(plus, i) + at(minus, i) + softening);
  });
  const adx = last(
    smma(
      balance.map((value) => 100 * Math.abs(value)),
      14,
    ),
  );
  const direction = last(balance);
  return outcome(
    direction * smoothstep(adx, 15, 40),
    [figure("adx", adx, ""), figure("di_balance", direction, "")],
    `${formatNumber(adx)} with direction ${formatNumber(direction, 2, true)}`,
  );
}

function williamsRule({ candles, softening }: TimeframeView): RuleOutcome {
  const recent = newestCandles(candles, 14);
  const williams = last(softenedWilliamsR(recent, 14, softening));
  return outcome((williams + 50) / 50, [figure("williams_r", williams, "")], formatNumber(williams));
}
