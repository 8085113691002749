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

const RSI = { period: 14, strongestAt: 70, spentAt: 85, atExtreme: -0.5 };
const AO = { fast: 5, slow: 34, scaleAtr: 1.5 };
const MACD = { fast: 12, slow: 26, signal: 9, scaleAtr: 0.5 };
const CCI = { period: 20, scale: 150 };
const ADX = { period: 14, from: 15, to: 40 };
const WILLIAMS_R = { period: 14 };

/** Classic indicators of the price alone, with softened denominators. */
export const TECHNICAL: ComponentRules = {
  component: "technical",
  weight: 0.1,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "rsi", weight: 0.2, per: "timeframe", label: "RSI 14 at", constants: RSI, evaluate: rsiRule },
    { rule: "ao", weight: 0.2, per: "timeframe", label: "awesome oscillator at", constants: AO, evaluate: aoRule },
    { rule: "macd", weight: 0.15, per: "timeframe", label: "MACD histogram at", constants: MACD, evaluate: macdRule },
    { rule: "cci", weight: 0.15, per: "timeframe", label: "CCI 20 at", constants: CCI, evaluate: cciRule },
    { rule: "adx", weight: 0.15, per: "timeframe", label: "ADX 14 at", constants: ADX, evaluate: adxRule },
    {
      rule: "williams_r",
      weight: 0.15,
      per: "timeframe",
      label: "Williams %R at",
      constants: WILLIAMS_R,
      evaluate: williamsRule,
    },
  ],
};

function rsiRule({ candles, softening }: TimeframeView): RuleOutcome {
  const { gain, loss } = averageGainsAndLosses(candles.close, RSI.period);
  const moved = last(gain) + last(loss);
  const rsi = 50 + (50 * (last(gain) - last(loss))) / (moved + softening);
  return outcome(momentumThenExhaustion(rsi), [figure("rsi", rsi, "")], formatNumber(rsi));
}

/** Through (50, 0) (70, 1) (85, 0) (100, -.5), mirrored below 50. */
function momentumThenExhaustion(rsi: number): number {
  const distance = Math.abs(rsi - 50);
  const towards = Math.sign(rsi - 50);
  const [strongest, spent] = [RSI.strongestAt - 50, RSI.spentAt - 50];
  if (distance <= strongest) {
    return (towards * distance) / strongest;
  }
  if (distance <= spent) {
    return (towards * (spent - distance)) / (spent - strongest);
  }
  return (towards * RSI.atExtreme * (distance - spent)) / (50 - spent);
}

function aoRule({ candles, atr }: TimeframeView): RuleOutcome {
  const median = medianPrice(newestCandles(candles, AO.slow));
  const end = median.length - 1;
  const ao = (windowSum(median, end, AO.fast) / AO.fast - windowSum(median, end, AO.slow) / AO.slow) / atr;
  return outcome(squash(ao, AO.scaleAtr), [figure("ao", ao, "ATR")], `${formatNumber(ao, 2, true)} ATR`);
}

function macdRule({ candles, atr }: TimeframeView): RuleOutcome {
  const histogram = last(macd(candles.close, MACD).histogram) / atr;
  return outcome(
    squash(histogram, MACD.scaleAtr),
    [figure("histogram", histogram, "ATR")],
    `${formatNumber(histogram, 2, true)} ATR`,
  );
}

function cciRule({ candles, softening }: TimeframeView): RuleOutcome {
  const recent = newestCandles(candles, CCI.period);
  const cci = last(softenedCci(recent, CCI.period, softening));
  return outcome(squash(cci, CCI.scale), [figure("cci", cci, "")], formatNumber(cci, 0, true));
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
      ADX.period,
    );
  const plus = average(1);
  const minus = average(-1);
  const balance = columnOf(netMove.length, (i) => {
    return (at(plus, i) - at(minus, i)) / (at(plus, i) + at(minus, i) + softening);
  });
  const adx = last(
    smma(
      balance.map((value) => 100 * Math.abs(value)),
      ADX.period,
    ),
  );
  const direction = last(balance);
  return outcome(
    direction * smoothstep(adx, ADX.from, ADX.to),
    [figure("adx", adx, ""), figure("di_balance", direction, "")],
    `${formatNumber(adx)} with direction ${formatNumber(direction, 2, true)}`,
  );
}

function williamsRule({ candles, softening }: TimeframeView): RuleOutcome {
  const recent = newestCandles(candles, WILLIAMS_R.period);
  const williams = last(softenedWilliamsR(recent, WILLIAMS_R.period, softening));
  return outcome((williams + 50) / 50, [figure("williams_r", williams, "")], formatNumber(williams));
}
