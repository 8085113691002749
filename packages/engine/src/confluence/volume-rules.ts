import type { Candles } from "../domain/market-data.ts";
import { chaikinMoneyFlowAt } from "../indicators/chaikin-money-flow.ts";
import { chaikinOscillatorInto } from "../indicators/chaikin-oscillator.ts";
import { at, last } from "../indicators/columns.ts";
import { lastEma } from "../indicators/last-emas.ts";
import { signedVolumeAt } from "../indicators/obv.ts";
import { createScratch } from "../indicators/scratch.ts";
import { typicalPriceAt } from "../indicators/typical-price.ts";
import { volumeWeightedPrice } from "../indicators/vwap.ts";
import { windowSum } from "../indicators/window-sum.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, missing, outcome, type RuleOutcome, smoothstep, squash } from "./rule-outcome.ts";
import { formatDuration, formatNumber, formatPrice } from "./sentence-numbers.ts";
import type { SymbolView } from "./symbol-view.ts";
import { softenedDeviation, type TimeframeView } from "./timeframe-view.ts";
import { MINUTE_MS, takerBalance } from "./trade-window.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const VOLUME_DELTA = { windowMs: 15 * MINUTE_MS, minCoverageMs: 5 * MINUTE_MS, minTrades: 50, scale: 0.3 };
const CMF = { period: 20, scale: 0.2 };
const OBV = { period: 20, moveScaleAtr: 0.1, scale: 0.4 };
const CHAIKIN = { fast: 3, slow: 10, scale: 2 };
const RELATIVE_VOLUME = { candles: 3, averagePeriod: 30, scaleDeviations: 1, from: 1, to: 3 };
const VWAP = { windowMs: DAY_MS, scaleDeviations: 1.5 };
const VOLUME_PROFILE = { windowMs: DAY_MS, scaleAtr: 1 };

/** How far volume confirms the price. */
export const VOLUME: ComponentRules = {
  component: "volume",
  weight: 0.18,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    {
      rule: "volume_delta",
      weight: 0.2,
      per: "symbol",
      inputs: ["trades"],
      constants: VOLUME_DELTA,
      evaluate: volumeDelta,
    },
    {
      rule: "cmf",
      weight: 0.15,
      per: "timeframe",
      label: `softened Chaikin money flow ${CMF.period} at`,
      constants: CMF,
      evaluate: cmf,
    },
    {
      rule: "obv",
      weight: 0.15,
      per: "timeframe",
      label: `share of volume up less down over ${OBV.period} candles at`,
      constants: OBV,
      evaluate: obv,
    },
    {
      rule: "chaikin_oscillator",
      weight: 0.15,
      per: "timeframe",
      label: `softened Chaikin oscillator over average volume at`,
      constants: CHAIKIN,
      evaluate: chaikin,
    },
    {
      rule: "relative_volume",
      weight: 0.15,
      per: "timeframe",
      label: "volume",
      constants: RELATIVE_VOLUME,
      evaluate: relativeVolume,
    },
    { rule: "vwap", weight: 0.1, per: "symbol", inputs: ["candles_5m"], constants: VWAP, evaluate: vwap },
    {
      rule: "volume_profile",
      weight: 0.1,
      per: "symbol",
      inputs: ["candles_5m", "candles_30m"],
      constants: VOLUME_PROFILE,
      evaluate: volumeProfile,
    },
  ],
};

const oscillators = createScratch();

function volumeDelta(symbol: SymbolView): RuleOutcome {
  const balance = takerBalance(symbol, VOLUME_DELTA);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, VOLUME_DELTA.scale),
    [figure("taker_buy_share", share, "%"), figure("quantity", balance.total, "base"), ...balance.time.figures],
    `takers bought ${formatNumber(share, 1)} % in ${balance.time.words}`,
  );
}

function cmf({ candles, softening }: TimeframeView): RuleOutcome {
  const value = chaikinMoneyFlowAt(candles, candles.close.length - 1, CMF.period, softening);
  return outcome(squash(value, CMF.scale), [figure("cmf", value, "")], formatNumber(value, 2, true));
}

function obv({ candles, atr }: TimeframeView): RuleOutcome {
  const end = candles.close.length - 1;
  let signed = 0;
  for (let i = end - OBV.period + 1; i <= end; i++) {
    signed += signedVolumeAt(candles, i, OBV.moveScaleAtr * atr);
  }
  const value = signed / windowSum(candles.volumeBase, end, OBV.period);
  return outcome(squash(value, OBV.scale), [figure("signed_volume_share", value, "")], formatNumber(value, 2, true));
}

/** Without trades both lines fade together and their ratio stays the same, so a silent slow period is `no_activity`. */
function chaikin({ candles, softening }: TimeframeView): RuleOutcome {
  if (windowSum(candles.volumeBase, candles.volumeBase.length - 1, CHAIKIN.slow) <= 0) {
    return missing("no_activity");
  }
  const oscillator = last(chaikinOscillatorInto(oscillators(candles.close.length), candles, CHAIKIN, softening));
  const value = oscillator / lastEma(candles.volumeBase, CHAIKIN.slow);
  return outcome(
    squash(value, CHAIKIN.scale),
    [figure("oscillator_to_volume", value, "")],
    formatNumber(value, 2, true),
  );
}

function relativeVolume(view: TimeframeView): RuleOutcome {
  const { close, volumeBase } = view.candles;
  const { candles, averagePeriod, scaleDeviations, from, to } = RELATIVE_VOLUME;
  const move = (last(close) - last(close, candles)) / softenedDeviation(view, candles);
  const ratio = windowSum(volumeBase, close.length - 1, candles) / (candles * lastEma(volumeBase, averagePeriod));
  return outcome(
    squash(move, scaleDeviations) * smoothstep(ratio, from, to),
    [figure("relative_volume", ratio, ""), figure("move", move, "deviations")],
    `${formatNumber(ratio, 1)} times its average on a move of ${formatNumber(move, 1, true)} deviations`,
  );
}

/** The index of the first candle that opened in the last `windowMs`. */
function firstCandle({ openTimeMs }: Candles, windowMs: number): number {
  const fromMs = last(openTimeMs) - windowMs;
  let first = openTimeMs.length - 1;
  while (first > 0 && (openTimeMs[first - 1] ?? Number.NaN) > fromMs) {
    first--;
  }
  return first;
}

/** The hours that the candles span from the first one on: 24, or less for a young listing. */
function hoursOf({ openTimeMs, intervalMs }: Candles, first: number): number {
  return (last(openTimeMs) - at(openTimeMs, first) + intervalMs) / HOUR_MS;
}

function vwap({ timeframes }: SymbolView): RuleOutcome {
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { candles } = view;
  const first = firstCandle(candles, VWAP.windowMs);
  const traded = volumeWeightedPrice(candles, first);
  if (traded === null) {
    return missing("no_activity");
  }
  const { mean: toVwap, deviation } = traded;
  const value = -toVwap / (deviation + view.softening);
  return outcome(
    squash(value, VWAP.scaleDeviations),
    [
      figure("vwap", view.price + toVwap, "USD"),
      figure("distance", value, "deviations"),
      figure("window", hoursOf(candles, first), "h"),
    ],
    `the price is ${formatNumber(value, 2, true)} deviations from the VWAP of ${formatDuration(hoursOf(candles, first))} h at ${formatPrice(view.price + toVwap)}`,
  );
}

function volumeProfile({ timeframes }: SymbolView): RuleOutcome {
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const slower = timeframes["30m"];
  if (!slower.known) {
    return slower;
  }
  const { candles } = view;
  const first = firstCandle(candles, VOLUME_PROFILE.windowMs);
  const scale = VOLUME_PROFILE.scaleAtr * slower.atr;
  let volume = 0;
  let below = 0;
  let weightBelow = 0;
  let weightAbove = 0;
  for (let i = first; i < candles.close.length; i++) {
    const traded = candles.volumeBase[i] ?? Number.NaN;
    const distance = -typicalPriceAt(candles, i);
    volume += traded;
    below += distance > 0 ? traded : distance === 0 ? traded / 2 : 0;
    weightBelow += traded * squash(Math.max(0, distance), scale);
    weightAbove += traded * squash(Math.max(0, -distance), scale);
  }
  if (volume === 0) {
    return missing("no_activity");
  }
  const belowPercent = (100 * below) / volume;
  return outcome(
    (weightBelow - weightAbove) / volume,
    [
      figure("volume_below", belowPercent, "%"),
      figure("window", hoursOf(candles, first), "h"),
      figure("weight_below", weightBelow / volume, ""),
      figure("weight_above", weightAbove / volume, ""),
    ],
    `${formatNumber(belowPercent)} % of the volume of ${formatDuration(hoursOf(candles, first))} h lies below the price`,
  );
}
