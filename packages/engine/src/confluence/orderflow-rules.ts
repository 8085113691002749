import type { TimeSeries, Trades } from "../domain/market-data.ts";
import { at, last } from "../indicators/columns.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { decay, type Finding, figure, finding, missing, say, squash } from "./finding.ts";
import type { SymbolView } from "./symbol-view.ts";
import { softenedDeviation } from "./timeframe-view.ts";
import { MINUTE_MS, takerBalance, weighTrades, windowTrades } from "./trade-window.ts";

const HOUR_MS = 3_600_000;
const QUARTER_HOUR = { windowMs: 15 * MINUTE_MS, minCoverageMs: 5 * MINUTE_MS, minTrades: 50 };
const FIVE_MINUTES = { windowMs: 5 * MINUTE_MS, minCoverageMs: 100_000, minTrades: 20 };

/** Who is the one that crosses the spread, and whether new money comes with the price. */
export const ORDERFLOW: ComponentRules = {
  component: "orderflow",
  weight: 0.3,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "cvd", weight: 0.25, per: "symbol", inputs: ["trades"], find: cumulativeVolumeDelta },
    { rule: "trade_flow", weight: 0.2, per: "symbol", inputs: ["trades"], find: tradeFlow },
    { rule: "open_interest", weight: 0.2, per: "symbol", inputs: ["candles_5m", "open_interest"], find: openInterest },
    { rule: "large_trades", weight: 0.15, per: "symbol", inputs: ["trades"], find: largeTrades },
    { rule: "imbalance", weight: 0.12, per: "symbol", inputs: ["trades"], find: countImbalance },
    { rule: "pressure", weight: 0.08, per: "symbol", inputs: ["trades", "candles_5m"], find: pressure },
  ],
};

function cumulativeVolumeDelta({ trades }: SymbolView): Finding {
  const balance = takerBalance(trades, FIVE_MINUTES);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return finding(
    squash(balance.ratio, 0.25),
    [figure("taker_buy_share", share, "%"), figure("quantity", balance.total, "base")],
    `buyers took ${say(share)} % of the last 5 min`,
  );
}

/** The newest trades count most, so half a minute of coverage is enough. */
function tradeFlow({ trades }: SymbolView): Finding {
  const halfLifeMs = 30_000;
  const windowed = windowTrades(trades, { ...QUARTER_HOUR, minCoverageMs: halfLifeMs, minTrades: 20 });
  if (!windowed.known) {
    return windowed;
  }
  const { timeMs, quantityBase } = windowed.trades;
  const endMs = last(timeMs);
  const balance = weighTrades(windowed, (i) => at(quantityBase, i) * decay(endMs - at(timeMs, i), halfLifeMs));
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return finding(
    squash(balance.ratio, 0.4),
    [figure("recent_taker_buy_share", share, "%")],
    `buyers took ${say(share)} % of the newest trades`,
  );
}

function openInterest({ timeframes, openInterestBase }: SymbolView): Finding {
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  if (!openInterestBase.known) {
    return openInterestBase;
  }
  const before = valueBefore(openInterestBase.value, HOUR_MS);
  if (before === null) {
    return missing("too_short");
  }
  if (before === 0) {
    return missing("no_activity");
  }
  const changePercent = (last(openInterestBase.value.value) / before - 1) * 100;
  const { close } = view.candles;
  const move = (last(close) - last(close, 12)) / softenedDeviation(view, 12);
  return finding(
    squash(move, 1) * (0.7 + 0.3 * squash(changePercent, 1)),
    [figure("move_1h", move, "deviations"), figure("open_interest_change_1h", changePercent, "%")],
    `in 1 h the price moved ${say(move, 1, true)} deviations and open interest ${say(changePercent, 2, true)} %`,
  );
}

/** The value that stood `spanMs` before the newest; null when none from the 10 min before that moment is known. */
function valueBefore({ timeMs, value }: TimeSeries, spanMs: number): number | null {
  const momentMs = last(timeMs) - spanMs;
  for (let i = timeMs.length - 1; i >= 0; i--) {
    const time = at(timeMs, i);
    if (time <= momentMs) {
      return momentMs - time <= 10 * MINUTE_MS ? at(value, i) : null;
    }
  }
  return null;
}

/** The square makes one large trade outweigh many small ones. */
function largeTrades({ trades }: SymbolView): Finding {
  const windowed = windowTrades(trades, QUARTER_HOUR);
  if (!windowed.known) {
    return windowed;
  }
  const { quantityBase } = windowed.trades;
  const balance = weighTrades(windowed, (i) => at(quantityBase, i) ** 2);
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return finding(
    squash(balance.ratio, 0.5),
    [figure("large_taker_buy_share", share, "%")],
    `weighed by size, ${say(share)} % of the large trades were bought`,
  );
}

function countImbalance({ trades }: SymbolView): Finding {
  const halfLifeMs = MINUTE_MS;
  const windowed = windowTrades(trades, { ...QUARTER_HOUR, minCoverageMs: halfLifeMs, minTrades: 20 });
  if (!windowed.known) {
    return windowed;
  }
  const { timeMs } = windowed.trades;
  const endMs = last(timeMs);
  const balance = weighTrades(windowed, (i) => decay(endMs - at(timeMs, i), halfLifeMs));
  if (!balance.known) {
    return balance;
  }
  const share = 50 + 50 * balance.ratio;
  return finding(
    squash(balance.ratio, 0.4),
    [figure("recent_buy_count_share", share, "%")],
    `${say(share)} % of the newest trades by count were bought`,
  );
}

/**
 * How far a bought quantity lifts the price against how far a sold one presses it: with U moved up on B bought and D moved
 * down on S sold, (U/B - D/S) / (U/B + D/S), multiplied through by B S and softened by .05 ATR per traded half.
 */
function pressure({ trades, timeframes }: SymbolView): Finding {
  const windowed = windowTrades(trades, QUARTER_HOUR);
  if (!windowed.known) {
    return windowed;
  }
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { takerSide, quantityBase, price, timeMs } = windowed.trades;
  let movedUp = 0;
  let movedDown = 0;
  let bought = 0;
  let sold = 0;
  for (let i = windowed.from; i < windowed.to; i++) {
    if (at(takerSide, i) > 0) {
      bought += at(quantityBase, i);
    } else {
      sold += at(quantityBase, i);
    }
    if (i === windowed.from || !sameSpan(windowed.trades, at(timeMs, i - 1), at(timeMs, i))) {
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
  return finding(
    ratio,
    [figure("moved_up", movedUp / view.atr, "ATR"), figure("moved_down", movedDown / view.atr, "ATR")],
    `the price moves ${ratio < 0 ? "down" : "up"} more easily than ${ratio < 0 ? "up" : "down"} (${say(ratio, 2, true)})`,
  );
}

/** Whether no gap lies between two moments: what the price did in a gap was done by trades that are not known. */
function sameSpan({ coverage }: Trades, earlierMs: number, laterMs: number): boolean {
  return coverage.some(({ fromMs, toMs }) => fromMs <= earlierMs && laterMs <= toMs);
}
