import type { Book } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";
import { windowSum } from "../indicators/window-sum.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { figure, missing, outcome, type RuleOutcome } from "./rule-outcome.ts";
import { formatNumber } from "./sentence-numbers.ts";
import type { SymbolView } from "./symbol-view.ts";
import type { UsableInput } from "./usable-input.ts";

/** A book that reaches less far from its best level than `minReachAtr` gives no signal about depth. */
const DEPTH_NEAR = { scaleAtr: 0.1, minReachAtr: 0.05 };
const DEPTH_FAR = { scaleAtr: 0.5, minReachAtr: 0.05 };
const TOP_OF_BOOK = { levels: 10 };

/** Resting orders: how much there is on each side, and how near. */
export const ORDERBOOK: ComponentRules = {
  component: "orderbook",
  weight: 0.2,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    {
      rule: "depth_near",
      weight: 0.28,
      per: "symbol",
      inputs: ["book", "candles_5m"],
      constants: DEPTH_NEAR,
      evaluate: (symbol) => depth(symbol, DEPTH_NEAR),
    },
    {
      rule: "depth_far",
      weight: 0.28,
      per: "symbol",
      inputs: ["book", "candles_5m"],
      constants: DEPTH_FAR,
      evaluate: (symbol) => depth(symbol, DEPTH_FAR),
    },
    {
      rule: "top_of_book",
      weight: 0.16,
      per: "symbol",
      inputs: ["book"],
      constants: TOP_OF_BOOK,
      evaluate: topOfBook,
    },
    { rule: "microprice", weight: 0.08, per: "symbol", inputs: ["book"], constants: {}, evaluate: microprice },
    {
      rule: "order_flow_imbalance",
      weight: 0.2,
      eventBased: true,
      per: "symbol",
      inputs: [],
      constants: {},
      // The measure (Cont, Kukanov, Stoikov 2014) is per event of the book: two snapshots do not give it.
      evaluate: () => missing("not_provided"),
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
 *
 * Half the spread is part of every distance, so it cancels out of the ratio: distances are measured from the best levels. With a
 * spread of many ATR the weights would underflow otherwise.
 */
function depth({ book, timeframes }: SymbolView, { scaleAtr, minReachAtr }: typeof DEPTH_NEAR): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  const view = timeframes["5m"];
  if (!view.known) {
    return view;
  }
  const { bidPrice, bidQuantityBase, askPrice, askQuantityBase } = now.value;
  const reach = Math.min(span(bidPrice), span(askPrice));
  if (reach < minReachAtr * view.atr) {
    return missing("too_short");
  }
  const scale = scaleAtr * view.atr;
  const bid = weighedQuantity(bidPrice, bidQuantityBase, reach, scale);
  const ask = weighedQuantity(askPrice, askQuantityBase, reach, scale);
  if (bid + ask === 0) {
    return missing("no_activity");
  }
  const ratio = (bid - ask) / (bid + ask);
  const share = 50 + 50 * ratio;
  const reachAtr = (reach + (at(askPrice, 0) - at(bidPrice, 0)) / 2) / view.atr;
  return outcome(
    ratio,
    [figure("bid_share", share, "%"), figure("scale", scaleAtr, "ATR"), figure("reach", reachAtr, "ATR")],
    `bids are ${formatNumber(share)} % of the depth to ${formatNumber(reachAtr, 2)} ATR, with weights that fall over ${formatNumber(scaleAtr, 1)} ATR`,
  );
}

/** Distance from the best to the last level, in price. */
function span(price: Float64Array): number {
  return Math.abs(at(price, price.length - 1) - at(price, 0));
}

/** Quantity with weights that fall to 0 at `reach`, in price as is `scale`, from the best level. */
function weighedQuantity(price: Float64Array, quantity: Float64Array, reach: number, scale: number): number {
  const best = at(price, 0);
  const levels = levelsWithin(price, reach);
  let sum = 0;
  for (let i = 0; i < levels; i++) {
    const away = Math.abs((price[i] ?? Number.NaN) - best);
    sum += (quantity[i] ?? Number.NaN) * Math.exp(-away / scale) * (1 - away / reach);
  }
  return sum;
}

/** How many levels are nearer to the best one than `reach`. Counted first: in a loop that breaks, V8 boxes the sum at each level. */
function levelsWithin(price: Float64Array, reach: number): number {
  const best = at(price, 0);
  let count = 0;
  while (count < price.length && Math.abs((price[count] ?? Number.NaN) - best) < reach) {
    count++;
  }
  return count;
}

function topOfBook({ book }: SymbolView): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  const { bidQuantityBase, askQuantityBase } = now.value;
  const levels = Math.min(TOP_OF_BOOK.levels, bidQuantityBase.length, askQuantityBase.length);
  return bidAgainstAsk(
    windowSum(bidQuantityBase, levels - 1, levels),
    windowSum(askQuantityBase, levels - 1, levels),
    levels,
  );
}

function microprice({ book }: SymbolView): RuleOutcome {
  const now = twoSided(book);
  if (!now.known) {
    return now;
  }
  return bidAgainstAsk(at(now.value.bidQuantityBase, 0), at(now.value.askQuantityBase, 0), 1);
}

/** The quantities on the best levels of each side. */
function bidAgainstAsk(bid: number, ask: number, levels: number): RuleOutcome {
  if (bid + ask === 0) {
    return missing("no_activity");
  }
  const ratio = (bid - ask) / (bid + ask);
  const share = 50 + 50 * ratio;
  return outcome(
    ratio,
    [
      figure("bid_share", share, "%"),
      figure("levels", levels, ""),
      figure("bid_quantity", bid, "base"),
      figure("ask_quantity", ask, "base"),
    ],
    `bids are ${formatNumber(share)} % of the quantity on the best ${levels === 1 ? "level" : `${levels} levels`} of each side`,
  );
}
