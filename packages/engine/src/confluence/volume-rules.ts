import { newestCandles, sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { at, columnOf, last } from "../indicators/columns.ts";
import { momentum } from "../indicators/momentum.ts";
import { flowOverVolume, oscillatorOfFlow, softenedMoneyFlowVolume } from "../indicators/money-flow.ts";
import { ema, windowSum } from "../indicators/moving-averages.ts";
import { typicalPrice } from "../indicators/prices.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, formatNumber, missing, outcome, type RuleOutcome, smoothstep, squash } from "./rule-outcome.ts";
import type { SymbolView } from "./symbol-view.ts";
import { softenedDeviation, type TimeframeView } from "./timeframe-view.ts";
import { MINUTE_MS, takerBalance } from "./trade-window.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far volume confirms the price. */
export const VOLUME: ComponentRules = {
  component: "volume",
  weight: 0.18,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "volume_delta", weight: 0.2, per: "symbol", inputs: ["trades"], evaluate: volumeDelta },
    { rule: "cmf", weight: 0.15, per: "timeframe", label: "Chaikin money flow at", evaluate: cmf },
    { rule: "obv", weight: 0.15, per: "timeframe", label: "on-balance volume at", evaluate: obv },
    { rule: "chaikin_oscillator", weight: 0.15, per: "timeframe", label: "Chaikin oscillator at", evaluate: chaikin },
    { rule: "relative_volume", weight: 0.15, per: "timeframe", label: "volume", evaluate: relativeVolume },
    { rule: "vwap", weight: 0.1, per: "symbol", inputs: ["candles_5m"], evaluate: vwap },
    {
      rule: "volume_profile",
      weight: 0.1,
      per: "symbol",
      inputs: ["candles_5m", "candles_30m"],
      evaluate: volumeProfile,
    },
  ],
};

function volumeDelta({ trades }: SymbolView): RuleOutcome {
  const balance = takerBalance(trades, { windowMs: 15 * MINUTE_MS, minCoverageMs: 5 * MINUTE_MS, minTrades: 50 });
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, 0.3),
    [figure("taker_buy_share", share, "%"), figure("quantity", balance.total, "base")],
    `takers bought ${formatNumber(share, 1)} % in ${balance.timeWords}`,
  );
}

function cmf({ candles, softening }: TimeframeView): RuleOutcome {
  const recent = newestCandles(candles, 20);
  const value = last(flowOverVolume(softenedMoneyFlowVolume(recent, softening), recent.volumeBase, 20));
  return outcome(squash(value, 0.2), [figure("cmf", value, "")], formatNumber(value, 2, true));
}

function obv({ candles, atr }: TimeframeView): RuleOutcome {
  const { close, volumeBase } = newestCandles(candles, 21);
  const change = momentum(close, 1);
  const signed = columnOf(close.length, (i) => at(volumeBase, i) * squash(at(change, i), 0.1 * atr));
  const end = close.length - 1;
  const value = windowSum(signed, end, 20) / windowSum(volumeBase, end, 20);
  return outcome(squash(value, 0.4), [figure("signed_volume_share", value, "")], formatNumber(value, 2, true));
}

/** Without trades both lines fade together and their ratio stays the same, so ten silent candles are `no_activity`. */
function chaikin({ candles, softening }: TimeframeView): RuleOutcome {
  if (windowSum(candles.volumeBase, candles.volumeBase.length - 1, 10) <= 0) {
    return missing("no_activity");
  }
  const oscillator = last(oscillatorOfFlow(softenedMoneyFlowVolume(candles, softening), { fast: 3, slow: 10 }));
  const value = oscillator / last(ema(candles.volumeBase, 10));
  return outcome(squash(value, 2), [figure("oscillator_to_volume", value, "")], formatNumber(value, 2, true));
}

function relativeVolume(view: TimeframeView): RuleOutcome {
  const { close, volumeBase } = view.candles;
  const move = (last(close) - last(close, 3)) / softenedDeviation(view, 3);
  const ratio = windowSum(volumeBase, close.length - 1, 3) / (3 * last(ema(volumeBase, 30)));
  return outcome(
    squash(move, 1) * smoothstep(ratio, 1, 3),
    [figure("relative_volume", ratio, ""), figure("move", move, "deviations")],
    `${formatNumber(ratio, 1)} times its average on a move of ${formatNumber(move, 1, true)} deviations`,
  );
}

/** The candles of the rolling 24 h. */
function lastDay(candles: Candles): Candles {
  const from = last(candles.openTimeMs) - DAY_MS;
  const first = candles.openTimeMs.findIndex((time) => time > from);
  return sliceCandles(candles, first, candles.close.length);
}

/** The time that the candles span: "24 h", or "5.5 h" for a young listing. */
function lengthOf({ openTimeMs, intervalMs }: Candles): string {
  const lengthMs = last(openTimeMs) - at(openTimeMs, 0) + intervalMs;
  return `${Number(formatNumber(lengthMs / HOUR_MS, 1))} h`;
}

function vwap({ timeframes }: SymbolView): RuleOutcome {
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const candles = lastDay(view.candles);
  const typical = typicalPrice(candles);
  let volume = 0;
  let moment = 0;
  let squares = 0;
  for (let i = 0; i < typical.length; i++) {
    const weight = at(candles.volumeBase, i);
    const distance = at(typical, i);
    volume += weight;
    moment += weight * distance;
    squares += weight * distance * distance;
  }
  if (volume === 0) {
    return missing("no_activity");
  }
  const toVwap = moment / volume;
  const deviation = Math.sqrt(Math.max(0, squares / volume - toVwap * toVwap));
  const value = -toVwap / (deviation + view.softening);
  return outcome(
    squash(value, 1.5),
    [figure("vwap", view.price + toVwap, "USD"), figure("distance", value, "deviations")],
    `the price is ${formatNumber(Math.abs(value), 2)} deviations ${value < 0 ? "below" : "above"} the VWAP of ${lengthOf(candles)}`,
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
  const candles = lastDay(view.candles);
  const typical = typicalPrice(candles);
  let volume = 0;
  let balance = 0;
  let below = 0;
  for (let i = 0; i < typical.length; i++) {
    const traded = at(candles.volumeBase, i);
    const distance = -at(typical, i);
    volume += traded;
    balance += traded * squash(distance, slower.atr);
    below += distance > 0 ? traded : distance === 0 ? traded / 2 : 0;
  }
  if (volume === 0) {
    return missing("no_activity");
  }
  const belowPercent = (100 * below) / volume;
  return outcome(
    balance / volume,
    [figure("volume_below", belowPercent, "%"), figure("balance_by_distance", balance / volume, "")],
    `${formatNumber(belowPercent)} % of the volume of ${lengthOf(candles)} lies below the price`,
  );
}
