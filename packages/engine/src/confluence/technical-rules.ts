import { awesomeOscillatorAt } from "../indicators/awesome-oscillator.ts";
import { cciAt } from "../indicators/cci.ts";
import { last } from "../indicators/columns.ts";
import { macdInto } from "../indicators/macd.ts";
import { rsiInto } from "../indicators/rsi.ts";
import { createScratch } from "../indicators/scratch.ts";
import { softenedAdx } from "../indicators/softened-adx.ts";
import { williamsRAt } from "../indicators/williams-r.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, outcome, type RuleOutcome, smoothstep, squash } from "./rule-outcome.ts";
import { formatNumber } from "./sentence-numbers.ts";
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
    {
      rule: "rsi",
      weight: 0.2,
      per: "timeframe",
      label: `softened RSI ${RSI.period} at`,
      constants: RSI,
      evaluate: rsiRule,
    },
    { rule: "ao", weight: 0.2, per: "timeframe", label: "awesome oscillator at", constants: AO, evaluate: aoRule },
    { rule: "macd", weight: 0.15, per: "timeframe", label: "MACD histogram at", constants: MACD, evaluate: macdRule },
    {
      rule: "cci",
      weight: 0.15,
      per: "timeframe",
      label: `softened CCI ${CCI.period} at`,
      constants: CCI,
      evaluate: cciRule,
    },
    {
      rule: "adx",
      weight: 0.15,
      per: "timeframe",
      label: `softened ADX ${ADX.period} at`,
      constants: ADX,
      evaluate: adxRule,
    },
    {
      rule: "williams_r",
      weight: 0.15,
      per: "timeframe",
      label: `softened Williams %R ${WILLIAMS_R.period} at`,
      constants: WILLIAMS_R,
      evaluate: williamsRule,
    },
  ],
};

const [lines, signals, histograms] = [createScratch(), createScratch(), createScratch()];

function rsiRule({ candles: { close }, softening }: TimeframeView): RuleOutcome {
  const { gain, loss } = rsiInto(lines(close.length), close, RSI.period);
  const rsi = 50 + (50 * (gain - loss)) / (gain + loss + softening);
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
  const ao = awesomeOscillatorAt(candles, candles.close.length - 1, AO) / atr;
  return outcome(squash(ao, AO.scaleAtr), [figure("ao", ao, "ATR")], `${formatNumber(ao, 2, true)} ATR`);
}

function macdRule({ candles: { close }, atr }: TimeframeView): RuleOutcome {
  const { length } = close;
  const columns = { macd: lines(length), signal: signals(length), histogram: histograms(length) };
  const histogram = last(macdInto(columns, close, MACD).histogram) / atr;
  return outcome(
    squash(histogram, MACD.scaleAtr),
    [figure("histogram", histogram, "ATR")],
    `${formatNumber(histogram, 2, true)} ATR`,
  );
}

function cciRule({ candles, softening }: TimeframeView): RuleOutcome {
  const cci = cciAt(candles, candles.close.length - 1, CCI.period, softening);
  return outcome(squash(cci, CCI.scale), [figure("cci", cci, "")], formatNumber(cci, 0, true));
}

function adxRule({ candles, softening }: TimeframeView): RuleOutcome {
  const { adx, balance: direction } = softenedAdx(candles, ADX.period, softening);
  return outcome(
    direction * smoothstep(adx, ADX.from, ADX.to),
    [figure("adx", adx, ""), figure("di_balance", direction, "")],
    `${formatNumber(adx)} with direction ${formatNumber(direction, 2, true)}`,
  );
}

function williamsRule({ candles, softening }: TimeframeView): RuleOutcome {
  const williams = williamsRAt(candles, candles.close.length - 1, WILLIAMS_R.period, softening);
  return outcome((williams + 50) / 50, [figure("williams_r", williams, "")], formatNumber(williams));
}
