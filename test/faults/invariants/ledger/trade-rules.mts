/** The method's rules on trades, written again from docs/methodology.md; its windows and half-lives are here and nowhere else. */
import type { LedgerTrade } from "./ledger-trades.mts";
import { pairs, squash, total } from "./own-indicators.mts";
import type { Expected } from "./rule-readings.mts";

const MINUTE_MS = 60_000;

export interface TradeRule {
  readonly component: "volume" | "orderflow";
  readonly rule: string;
  /** Before the moment up to which trades are known. */
  readonly windowMs: number;
  /** With less of the window known, or fewer trades in it, the rule is `too_short`. */
  readonly leastMs: number;
  readonly leastTrades: number;
  /** @param atr of the 5m candles, in price; NaN without these */
  readonly read: (trades: readonly LedgerTrade[], atr: number) => Expected;
}

const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
/** Of the two rules whose weights fade. */
const HALF_LIFE_MS = 5 * MINUTE_MS;
const FEW = { leastMs: MINUTE_MS, leastTrades: 20 };
const MANY = { leastMs: 5 * MINUTE_MS, leastTrades: 50 };

export const TRADE_RULES: readonly TradeRule[] = [
  {
    component: "orderflow",
    rule: "cvd",
    windowMs: FIVE_MINUTES_MS,
    leastMs: 100_000,
    leastTrades: 20,
    read: (trades) => balance(trades, 0.25, "taker_buy_share", quantityOf, true),
  },
  {
    component: "volume",
    rule: "volume_delta",
    windowMs: QUARTER_HOUR_MS,
    ...MANY,
    read: (trades) => balance(trades, 0.3, "taker_buy_share", quantityOf, true),
  },
  {
    component: "orderflow",
    rule: "trade_flow",
    windowMs: QUARTER_HOUR_MS,
    ...FEW,
    read: (trades) => {
      const weight = fading(trades, HALF_LIFE_MS);
      return balance(trades, 0.4, "recent_taker_buy_share", (trade) => trade.quantity * weight(trade));
    },
  },
  {
    component: "orderflow",
    rule: "large_trades",
    windowMs: QUARTER_HOUR_MS,
    ...MANY,
    read: (trades) => balance(trades, 0.5, "large_taker_buy_share", ({ quantity }) => quantity ** 2),
  },
  {
    component: "orderflow",
    rule: "imbalance",
    windowMs: QUARTER_HOUR_MS,
    ...FEW,
    read: (trades) => balance(trades, 0.4, "recent_buy_count_share", fading(trades, HALF_LIFE_MS)),
  },
  { component: "orderflow", rule: "pressure", windowMs: QUARTER_HOUR_MS, ...MANY, read: pressure },
];

function quantityOf({ quantity }: LedgerTrade): number {
  return quantity;
}

/** A weight that halves with each half-life before the last trade. */
function fading(trades: readonly LedgerTrade[], halfLifeMs: number): (trade: LedgerTrade) => number {
  const lastMs = trades.at(-1)?.timeMs ?? 0;
  return ({ timeMs }) => 0.5 ** ((lastMs - timeMs) / halfLifeMs);
}

function balance(
  trades: readonly LedgerTrade[],
  scale: number,
  share: string,
  weight: (trade: LedgerTrade) => number,
  hasQuantity = false,
): Expected {
  const bought = total(trades.filter(({ side }) => side === 1).map(weight));
  const sold = total(trades.filter(({ side }) => side === -1).map(weight));
  const all = bought + sold;
  return {
    signal: squash((bought - sold) / all, scale),
    figures: { [share]: (100 * bought) / all, ...(hasQuantity && { quantity: all }) },
  };
}

/** The price's rise per quantity bought against its fall per quantity sold, multiplied by both quantities. */
function pressure(trades: readonly LedgerTrade[], atr: number): Expected {
  const moves = pairs(trades.map(({ price }) => price)).map(([before, now]) => now - before);
  const up = total(moves.filter((move) => move > 0));
  const down = -total(moves.filter((move) => move < 0));
  const bought = total(trades.filter(({ side }) => side === 1).map(quantityOf));
  const sold = total(trades.filter(({ side }) => side === -1).map(quantityOf));
  const [lift, press] = [up * sold, down * bought];
  const signal = (lift - press) / (lift + press + (0.05 * atr * (bought + sold)) / 2);
  return {
    signal: bought === 0 || sold === 0 ? Number.NaN : signal,
    figures: { moved_up: up / atr, bought, moved_down: down / atr, sold },
  };
}
