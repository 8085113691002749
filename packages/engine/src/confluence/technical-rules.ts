import { at, columnOf, last } from "../indicators/columns.ts";
import { macd } from "../indicators/macd.ts";
import { wilderAverage, windowSum } from "../indicators/moving-averages.ts";
import { commodityChannelIndex, medianPrice, williamsR } from "../indicators/oscillators.ts";
import { averageGainsAndLosses } from "../indicators/rsi.ts";
import { newestCandles } from "../indicators/slice-candles.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { type Finding, figure, finding, say, smoothstep, squash } from "./finding.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** Classic indicators of the price alone, in the form whose denominators are softened. */
export const TECHNICAL: ComponentRules = {
  component: "technical",
  weight: 0.1,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "rsi", weight: 0.2, per: "timeframe", label: "RSI 14 at", find: rsiRule },
    { rule: "ao", weight: 0.2, per: "timeframe", label: "awesome oscillator at", find: aoRule },
    { rule: "macd", weight: 0.15, per: "timeframe", label: "MACD histogram at", find: macdRule },
    { rule: "cci", weight: 0.15, per: "timeframe", label: "CCI 20 at", find: cciRule },
    { rule: "adx", weight: 0.15, per: "timeframe", label: "ADX 14 at", find: adxRule },
    { rule: "williams_r", weight: 0.15, per: "timeframe", label: "Williams %R at", find: williamsRule },
  ],
};

function rsiRule({ candles, softening }: TimeframeView): Finding {
  const { gain, loss } = averageGainsAndLosses(candles.close, 14);
  const moved = last(gain) + last(loss);
  const rsi = 50 + (50 * (last(gain) - last(loss))) / (moved + softening);
  return finding(momentumThenExhaustion(rsi), [figure("rsi", rsi, "")], say(rsi));
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

function aoRule({ candles, atr }: TimeframeView): Finding {
  const median = medianPrice(newestCandles(candles, 34));
  const end = median.length - 1;
  const ao = (windowSum(median, end, 5) / 5 - windowSum(median, end, 34) / 34) / atr;
  return finding(squash(ao, 1.5), [figure("ao", ao, "ATR")], `${say(ao, 2, true)} ATR`);
}

function macdRule({ candles, atr }: TimeframeView): Finding {
  const histogram = last(macd(candles.close, 12, 26, 9).histogram) / atr;
  return finding(squash(histogram, 0.5), [figure("histogram", histogram, "ATR")], `${say(histogram, 2, true)} ATR`);
}

function cciRule({ candles, softening }: TimeframeView): Finding {
  const recent = newestCandles(candles, 20);
  const cci = last(commodityChannelIndex(recent, 20, softening));
  return finding(squash(cci, 150), [figure("cci", cci, "")], say(cci, 0, true));
}

/**
 * Wilder counts the larger of the moves up and down and forgets the other, so that a candle which widens evenly to both sides
 * jumps between the two. Here a candle counts with the difference of its moves, which is the same for nearly all candles and
 * has no jump.
 */
function adxRule({ candles, softening }: TimeframeView): Finding {
  const { high, low } = candles;
  const netMove = columnOf(high.length, (i) => {
    const up = Math.max(0, at(high, i) - at(high, i - 1));
    const down = Math.max(0, at(low, i - 1) - at(low, i));
    return up - down;
  });
  const average = (sign: 1 | -1) =>
    wilderAverage(
      columnOf(netMove.length, (i) => Math.max(0, sign * at(netMove, i))),
      14,
    );
  const plus = average(1);
  const minus = average(-1);
  const balance = columnOf(netMove.length, (i) => {
    return (at(plus, i) - at(minus, i)) / (at(plus, i) + at(minus, i) + softening);
  });
  const adx = last(
    wilderAverage(
      balance.map((value) => 100 * Math.abs(value)),
      14,
    ),
  );
  const direction = last(balance);
  return finding(
    direction * smoothstep(adx, 15, 40),
    [figure("adx", adx, ""), figure("di_balance", direction, "")],
    `${say(adx)} with direction ${say(direction, 2, true)}`,
  );
}

function williamsRule({ candles, softening }: TimeframeView): Finding {
  const recent = newestCandles(candles, 14);
  const williams = last(williamsR(recent, 14, softening));
  return finding((williams + 50) / 50, [figure("williams_r", williams, "")], say(williams));
}
