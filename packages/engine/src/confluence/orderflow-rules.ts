import type { TimeSeries } from "../domain/market-data.ts";
import { at, last } from "../indicators/columns.ts";
import { createScratch } from "../indicators/scratch.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { createCoverageWalk } from "./covered-spans.ts";
import { decay, figure, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import { formatNumber } from "./sentence-numbers.ts";
import type { SymbolView } from "./symbol-view.ts";
import { softenedDeviation } from "./timeframe-view.ts";
import { MINUTE_MS, takerBalance, weighTrades, windowTrades } from "./trade-window.ts";

const HOUR_MS = 3_600_000;
const CVD = { windowMs: 5 * MINUTE_MS, minCoverageMs: 100_000, minTrades: 20, scale: 0.25 };
/** The newest trades weigh most, so a minute of coverage is enough. */
const TRADE_FLOW = {
  windowMs: 15 * MINUTE_MS,
  minCoverageMs: MINUTE_MS,
  minTrades: 20,
  halfLifeMs: 5 * MINUTE_MS,
  scale: 0.4,
};
const OPEN_INTEREST = {
  spanMs: HOUR_MS,
  spanCandles: 12,
  /** How much older than the span the earlier value may be. */
  toleranceMs: 10 * MINUTE_MS,
  moveScaleDeviations: 1,
  changeScalePercent: 1,
  atNoChange: 0.7,
  byChange: 0.3,
};
const LARGE_TRADES = { windowMs: 15 * MINUTE_MS, minCoverageMs: 5 * MINUTE_MS, minTrades: 50, scale: 0.5 };
const IMBALANCE = {
  windowMs: 15 * MINUTE_MS,
  minCoverageMs: MINUTE_MS,
  minTrades: 20,
  halfLifeMs: 5 * MINUTE_MS,
  scale: 0.4,
};
const PRESSURE = { windowMs: 15 * MINUTE_MS, minCoverageMs: 5 * MINUTE_MS, minTrades: 50 };

/** Rules about the side that crosses the spread, and about open interest growing with the price. */
export const ORDERFLOW: ComponentRules = {
  component: "orderflow",
  weight: 0.3,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "cvd", weight: 0.25, per: "symbol", inputs: ["trades"], constants: CVD, evaluate: cumulativeVolumeDelta },
    { rule: "trade_flow", weight: 0.2, per: "symbol", inputs: ["trades"], constants: TRADE_FLOW, evaluate: tradeFlow },
    {
      rule: "open_interest",
      weight: 0.2,
      per: "symbol",
      inputs: ["candles_5m", "open_interest"],
      constants: OPEN_INTEREST,
      evaluate: openInterest,
    },
    {
      rule: "large_trades",
      weight: 0.15,
      per: "symbol",
      inputs: ["trades"],
      constants: LARGE_TRADES,
      evaluate: largeTrades,
    },
    {
      rule: "imbalance",
      weight: 0.12,
      per: "symbol",
      inputs: ["trades"],
      constants: IMBALANCE,
      evaluate: countImbalance,
    },
    {
      rule: "pressure",
      weight: 0.08,
      per: "symbol",
      inputs: ["trades", "candles_5m"],
      constants: PRESSURE,
      evaluate: pressure,
    },
  ],
};

/** Weights of trades. */
const memory = createScratch();

function cumulativeVolumeDelta(symbol: SymbolView): RuleOutcome {
  const balance = takerBalance(symbol, CVD);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, CVD.scale),
    [figure("taker_buy_share", share, "%"), figure("quantity", balance.total, "base"), ...balance.time.figures],
    `buyers took ${formatNumber(share)} % in ${balance.time.words}`,
  );
}

function tradeFlow(symbol: SymbolView): RuleOutcome {
  const windowed = windowTrades(symbol, TRADE_FLOW);
  if (!windowed.known) {
    return windowed;
  }
  const { timeMs, quantityBase } = windowed.trades;
  const weights = memory(timeMs.length);
  const newestMs = at(timeMs, windowed.to - 1);
  for (let i = windowed.from; i < windowed.to; i++) {
    weights[i] = at(quantityBase, i) * decay(newestMs - at(timeMs, i), TRADE_FLOW.halfLifeMs);
  }
  const balance = weighTrades(windowed, weights);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, TRADE_FLOW.scale),
    [figure("recent_taker_buy_share", share, "%"), ...balance.time.figures],
    `by recent quantity, buyers took ${formatNumber(share)} % in ${balance.time.words}`,
  );
}

function openInterest({ timeframes, openInterestBase }: SymbolView): RuleOutcome {
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  if (!openInterestBase.known) {
    return openInterestBase;
  }
  const before = valueBefore(openInterestBase.value);
  if (before === null) {
    return missing("too_short");
  }
  if (before.value === 0) {
    return missing("no_activity");
  }
  const changePercent = (last(openInterestBase.value.value) / before.value - 1) * 100;
  const { close } = view.candles;
  const { spanCandles, moveScaleDeviations, changeScalePercent, atNoChange, byChange } = OPEN_INTEREST;
  const moveMin = (spanCandles * view.candles.intervalMs) / MINUTE_MS;
  const changeMin = before.agoMs / MINUTE_MS;
  const move = (last(close) - last(close, spanCandles)) / softenedDeviation(view, spanCandles);
  return outcome(
    squash(move, moveScaleDeviations) * (atNoChange + byChange * squash(changePercent, changeScalePercent)),
    [
      figure("move_1h", move, "deviations"),
      figure("move_span", moveMin, "min"),
      figure("open_interest_change_1h", changePercent, "%"),
      figure("open_interest_span", changeMin, "min"),
    ],
    `price moved ${formatNumber(move, 1, true)} deviations in ${formatNumber(moveMin)} min, open interest ${formatNumber(changePercent, 2, true)} % in ${formatNumber(changeMin)} min`,
  );
}

/** The value of an hour before the newest one, or a little more; null when none of the 10 min before that moment is known. */
function valueBefore({ timeMs, value }: TimeSeries): { readonly value: number; readonly agoMs: number } | null {
  const momentMs = last(timeMs) - OPEN_INTEREST.spanMs;
  for (let i = timeMs.length - 1; i >= 0; i--) {
    const time = at(timeMs, i);
    if (time <= momentMs) {
      return momentMs - time <= OPEN_INTEREST.toleranceMs ? { value: at(value, i), agoMs: last(timeMs) - time } : null;
    }
  }
  return null;
}

/** The square makes one large trade outweigh many small ones. */
function largeTrades(symbol: SymbolView): RuleOutcome {
  const windowed = windowTrades(symbol, LARGE_TRADES);
  if (!windowed.known) {
    return windowed;
  }
  const { quantityBase } = windowed.trades;
  const weights = memory(quantityBase.length);
  for (let i = windowed.from; i < windowed.to; i++) {
    weights[i] = at(quantityBase, i) ** 2;
  }
  const balance = weighTrades(windowed, weights);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, LARGE_TRADES.scale),
    [figure("large_taker_buy_share", share, "%"), ...balance.time.figures],
    `by squared size, buyers took ${formatNumber(share)} % in ${balance.time.words}`,
  );
}

function countImbalance(symbol: SymbolView): RuleOutcome {
  const windowed = windowTrades(symbol, IMBALANCE);
  if (!windowed.known) {
    return windowed;
  }
  const { timeMs } = windowed.trades;
  const weights = memory(timeMs.length);
  const newestMs = at(timeMs, windowed.to - 1);
  for (let i = windowed.from; i < windowed.to; i++) {
    weights[i] = decay(newestMs - at(timeMs, i), IMBALANCE.halfLifeMs);
  }
  const balance = weighTrades(windowed, weights);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return outcome(
    squash(balance.ratio, IMBALANCE.scale),
    [figure("recent_buy_count_share", share, "%"), ...balance.time.figures],
    `by recent count, buyers made ${formatNumber(share)} % in ${balance.time.words}`,
  );
}

/**
 * The price's rise per quantity bought against its fall per quantity sold. With a rise of U on B bought and a fall of D on S
 * sold it is (U/B - D/S) / (U/B + D/S), multiplied through by B S, and softened by .05 ATR times half the quantity traded.
 */
function pressure(symbol: SymbolView): RuleOutcome {
  const windowed = windowTrades(symbol, PRESSURE);
  if (!windowed.known) {
    return windowed;
  }
  const view = symbol.timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { takerSide, quantityBase, price, timeMs, coverage } = windowed.trades;
  const isCovered = createCoverageWalk(coverage);
  let movedUp = 0;
  let movedDown = 0;
  let bought = 0;
  let sold = 0;
  for (let i = windowed.from; i < windowed.to; i++) {
    if ((takerSide[i] ?? 0) > 0) {
      bought += at(quantityBase, i);
    } else {
      sold += at(quantityBase, i);
    }
    // Unknown trades moved the price during a gap, so that move is not counted.
    if (i === windowed.from || !isCovered(at(timeMs, i - 1), at(timeMs, i))) {
      continue;
    }
    const move = at(price, i) - at(price, i - 1);
    if (move > 0) {
      movedUp += move;
    } else {
      movedDown -= move;
    }
  }
  if (bought === 0 || sold === 0) {
    return missing("no_activity");
  }
  const lift = movedUp * sold;
  const press = movedDown * bought;
  const ratio = (lift - press) / (lift + press + (view.softening * (bought + sold)) / 2);
  const [upAtr, downAtr] = [movedUp / view.atr, movedDown / view.atr];
  const share = (100 * bought) / (bought + sold);
  return outcome(
    ratio,
    [
      figure("moved_up", upAtr, "ATR"),
      figure("bought", bought, "base"),
      figure("moved_down", downAtr, "ATR"),
      figure("sold", sold, "base"),
      figure("taker_buy_share", share, "%"),
      ...windowed.time.figures,
    ],
    `on ${formatNumber(share)} % bought, price rose ${formatNumber(upAtr, 1)} ATR and fell ${formatNumber(downAtr, 1)} ATR in ${windowed.time.words}`,
  );
}
