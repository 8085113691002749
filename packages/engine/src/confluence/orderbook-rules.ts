import type { Book } from "../domain/market-data.ts";
import type { KnownInput } from "../domain/symbol-inputs.ts";
import { at } from "../indicators/columns.ts";
import { windowSum } from "../indicators/moving-averages.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { type Finding, figure, finding, type Missing, missing, say, squash } from "./finding.ts";
import type { SymbolView } from "./symbol-view.ts";

const TOP_LEVELS = 10;
/** A book that ends nearer to its best level than this says nothing about depth. */
const MIN_REACH_ATR = 0.05;

/** Who waits, how near, and how that changes. */
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
      find: (symbol) => depth(symbol, 0.1),
    },
    {
      rule: "depth_far",
      weight: 0.2,
      per: "symbol",
      inputs: ["book", "candles_5m"],
      find: (symbol) => depth(symbol, 0.5),
    },
    { rule: "top_of_book", weight: 0.2, per: "symbol", inputs: ["book"], find: topOfBook },
    { rule: "microprice", weight: 0.15, per: "symbol", inputs: ["book"], find: microprice },
    {
      rule: "order_flow_imbalance",
      weight: 0.2,
      eventBased: true,
      per: "symbol",
      inputs: ["book", "previous_book"],
      find: orderFlowImbalance,
    },
  ],
};

/** A book with both sides and an open spread. */
function usable(book: KnownInput<Book> | Missing): KnownInput<Book> | Missing {
  if (!book.known) {
    return book;
  }
  return at(book.value.askPrice, 0) > at(book.value.bidPrice, 0) ? book : missing("no_activity");
}

/**
 * Resting quantity on both sides, weighed by exp(-distance / scale) with the distance from mid in 5m ATR. Both sides are cut at
 * the nearer of their two ends, where the weight has fallen to 0, so that a side that was sent with more levels has no advantage.
 */
function depth({ book, timeframes }: SymbolView, scaleAtr: number): Finding {
  const present = usable(book);
  if (!present.known) {
    return present;
  }
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { bidPrice, bidQuantityBase, askPrice, askQuantityBase } = present.value;
  // From the best level and half the spread, not from the mid price itself, whose rounding would favour one side.
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
  return finding(
    ratio,
    [figure("bid_share", share, "%"), figure("reach", reach, "ATR")],
    `bids are ${say(share)} % of the depth within about ${say(scaleAtr, 1)} ATR of the price`,
  );
}

function topOfBook({ book }: SymbolView): Finding {
  const present = usable(book);
  if (!present.known) {
    return present;
  }
  const { bidQuantityBase, askQuantityBase } = present.value;
  const levels = Math.min(TOP_LEVELS, bidQuantityBase.length, askQuantityBase.length);
  return bidAgainstAsk(
    sumOfFirst(bidQuantityBase, levels),
    sumOfFirst(askQuantityBase, levels),
    `best ${levels} levels`,
  );
}

function microprice({ book }: SymbolView): Finding {
  const present = usable(book);
  if (!present.known) {
    return present;
  }
  return bidAgainstAsk(at(present.value.bidQuantityBase, 0), at(present.value.askQuantityBase, 0), "best level");
}

function bidAgainstAsk(bid: number, ask: number, where: string): Finding {
  if (bid + ask === 0) {
    return missing("no_activity");
  }
  const ratio = (bid - ask) / (bid + ask);
  return finding(
    ratio,
    [figure("bid_quantity", bid, "base"), figure("ask_quantity", ask, "base")],
    `bids are ${say(50 + 50 * ratio)} % of the ${where}`,
  );
}

/**
 * What came to and went from the best ten levels between two books (Cont, Kukanov, Stoikov 2014, summed over levels), in mean
 * quantities of those levels together.
 */
function orderFlowImbalance({ book, previousBook }: SymbolView): Finding {
  const present = usable(book);
  if (!present.known) {
    return present;
  }
  const before = usable(previousBook);
  if (!before.known) {
    return before;
  }
  const [now, then] = [present.value, before.value];
  const elapsedMs = now.timeMs - then.timeMs;
  if (elapsedMs <= 0) {
    return missing("not_provided");
  }
  if (elapsedMs > 2 * present.periodMs) {
    return missing("stale_input");
  }
  const levels = Math.min(TOP_LEVELS, ...[now, then].flatMap((b) => [b.bidPrice.length, b.askPrice.length]));
  let flow = 0;
  for (let i = 0; i < levels; i++) {
    const bid = at(now.bidPrice, i) - at(then.bidPrice, i);
    const ask = at(now.askPrice, i) - at(then.askPrice, i);
    if (bid >= 0) {
      flow += at(now.bidQuantityBase, i);
    }
    if (bid <= 0) {
      flow -= at(then.bidQuantityBase, i);
    }
    if (ask <= 0) {
      flow -= at(now.askQuantityBase, i);
    }
    if (ask >= 0) {
      flow += at(then.askQuantityBase, i);
    }
  }
  const quantity =
    [now, then].reduce(
      (sum, b) => sum + sumOfFirst(b.bidQuantityBase, levels) + sumOfFirst(b.askQuantityBase, levels),
      0,
    ) / 4;
  if (quantity === 0) {
    return missing("no_activity");
  }
  return finding(
    squash(flow / quantity, 1),
    [figure("order_flow", flow, "base"), figure("mean_side_quantity", quantity, "base")],
    `${flow < 0 ? "offers" : "bids"} gained ${say(Math.abs(flow / quantity), 2)} times the usual quantity of the best ${levels} levels`,
  );
}

function sumOfFirst(quantity: Float64Array, levels: number): number {
  return windowSum(quantity, levels - 1, levels);
}
