import type { Book } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";
import { windowSum } from "../indicators/moving-averages.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, formatNumber, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import type { SymbolView } from "./symbol-view.ts";
import type { UsableInput } from "./usable-input.ts";

const TOP_LEVELS = 10;
/** A book that reaches less far from its best level than this gives no signal about depth. */
const MIN_REACH_ATR = 0.05;

/** Resting orders: how much there is on each side, how near, and how that changes. */
export const ORDERBOOK: ComponentRules = {
  component: "orderbook",
  weight: 0.2,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    {
      rule: "depth_near",
      weight: 0.25,
      per: "symbol",
      inputs: ["book", "candles_5m"],
      evaluate: (symbol) => depth(symbol, 0.1),
    },
    {
      rule: "depth_far",
      weight: 0.2,
      per: "symbol",
      inputs: ["book", "candles_5m"],
      evaluate: (symbol) => depth(symbol, 0.5),
    },
    { rule: "top_of_book", weight: 0.2, per: "symbol", inputs: ["book"], evaluate: topOfBook },
    { rule: "microprice", weight: 0.15, per: "symbol", inputs: ["book"], evaluate: microprice },
    {
      rule: "order_flow_imbalance",
      weight: 0.2,
      eventBased: true,
      per: "symbol",
      inputs: ["book", "previous_book"],
      evaluate: orderFlowImbalance,
    },
  ],
};

/** The book if it has both sides and an open spread. */
function twoSided(book: UsableInput<Book>): UsableInput<Book> {
  if (!book.known) {
    return book;
  }
  return at(book.value.askPrice, 0) > at(book.value.bidPrice, 0) ? book : missing("no_activity");
}

/**
 * Resting quantity on both sides, weighted by exp(-distance / scale), where distance is from mid in 5m ATR. Both sides end at
 * the nearer of the two sides' last levels, where the weight has fallen to 0, so that a side with more levels has no advantage.
 */
function depth({ book, timeframes }: SymbolView, scaleAtr: number): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { bidPrice, bidQuantityBase, askPrice, askQuantityBase } = now.value;
  // Measured from the best level plus half the spread: the rounding of the mid price itself would favour one side.
  const halfSpread = (at(askPrice, 0) - at(bidPrice, 0)) / 2;
  const distance = (side: Float64Array, level: number) =>
    (Math.abs(at(side, level) - at(side, 0)) + halfSpread) / view.atr;
  const reach = Math.min(distance(bidPrice, bidPrice.length - 1), distance(askPrice, askPrice.length - 1));
  if (reach - distance(bidPrice, 0) < MIN_REACH_ATR) {
    return missing("too_short");
  }
  const weighed = (side: Float64Array, quantity: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < side.length; i++) {
      const away = distance(side, i);
      if (away >= reach) {
        break;
      }
      sum += at(quantity, i) * Math.exp(-away / scaleAtr) * (1 - away / reach);
    }
    return sum;
  };
  const bid = weighed(bidPrice, bidQuantityBase);
  const ask = weighed(askPrice, askQuantityBase);
  if (bid + ask === 0) {
    return missing("no_activity");
  }
  const ratio = (bid - ask) / (bid + ask);
  const share = 50 + 50 * ratio;
  return outcome(
    ratio,
    [figure("bid_share", share, "%"), figure("reach", reach, "ATR")],
    `bids are ${formatNumber(share)} % of the depth within about ${formatNumber(scaleAtr, 1)} ATR of the price`,
  );
}

function topOfBook({ book }: SymbolView): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  const { bidQuantityBase, askQuantityBase } = now.value;
  const levels = Math.min(TOP_LEVELS, bidQuantityBase.length, askQuantityBase.length);
  return bidAgainstAsk(
    sumOfFirst(bidQuantityBase, levels),
    sumOfFirst(askQuantityBase, levels),
    `best ${levels} levels`,
  );
}

function microprice({ book }: SymbolView): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  return bidAgainstAsk(at(now.value.bidQuantityBase, 0), at(now.value.askQuantityBase, 0), "best level");
}

function bidAgainstAsk(bid: number, ask: number, where: string): RuleOutcome {
  if (bid + ask === 0) {
    return missing("no_activity");
  }
  const ratio = (bid - ask) / (bid + ask);
  return outcome(
    ratio,
    [figure("bid_quantity", bid, "base"), figure("ask_quantity", ask, "base")],
    `bids are ${formatNumber(50 + 50 * ratio)} % of the ${where}`,
  );
}

/**
 * Quantity added to and removed from the best ten levels between two books (Cont, Kukanov, Stoikov 2014, summed over levels),
 * relative to the mean quantity of one side of those levels.
 */
function orderFlowImbalance({ book, previousBook }: SymbolView): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  const before = twoSided(previousBook);
  if (!before.known) {
    return before;
  }
  const [newer, older] = [now.value, before.value];
  const elapsedMs = newer.timeMs - older.timeMs;
  if (elapsedMs <= 0) {
    return missing("not_provided");
  }
  if (elapsedMs > 2 * now.periodMs) {
    return missing("stale_input");
  }
  const levels = Math.min(TOP_LEVELS, ...[newer, older].flatMap((b) => [b.bidPrice.length, b.askPrice.length]));
  let flow = 0;
  for (let i = 0; i < levels; i++) {
    const bid = at(newer.bidPrice, i) - at(older.bidPrice, i);
    const ask = at(newer.askPrice, i) - at(older.askPrice, i);
    if (bid >= 0) {
      flow += at(newer.bidQuantityBase, i);
    }
    if (bid <= 0) {
      flow -= at(older.bidQuantityBase, i);
    }
    if (ask <= 0) {
      flow -= at(newer.askQuantityBase, i);
    }
    if (ask >= 0) {
      flow += at(older.askQuantityBase, i);
    }
  }
  const quantity =
    [newer, older].reduce(
      (sum, b) => sum + sumOfFirst(b.bidQuantityBase, levels) + sumOfFirst(b.askQuantityBase, levels),
      0,
    ) / 4;
  if (quantity === 0) {
    return missing("no_activity");
  }
  return outcome(
    squash(flow / quantity, 1),
    [figure("order_flow", flow, "base"), figure("mean_side_quantity", quantity, "base")],
    `${flow < 0 ? "offers" : "bids"} gained ${formatNumber(Math.abs(flow / quantity), 2)} times the usual quantity of the best ${levels} levels`,
  );
}

function sumOfFirst(quantity: Float64Array, levels: number): number {
  return windowSum(quantity, levels - 1, levels);
}
