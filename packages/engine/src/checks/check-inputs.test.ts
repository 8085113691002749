import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import { scoreCandles } from "../confluence/score-candles.ts";
import { scoreSymbol } from "../confluence/score-symbol.ts";
import { EngineInputError, INPUT_PATHS } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { type Input, type SymbolInputs, TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { last } from "../indicators/columns.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { mapInput } from "../testing/reflect.ts";
import { signalTable } from "../testing/signals.ts";
import { withoutInput } from "./check-inputs.ts";

const MINUTE_MS = 60_000;
const market = generateMarket({ seed: 12, price: 100, candles: 120, trades: 60, levels: 20 });

/** The error that a score of the market is refused with. */
function refusalOf(inputs: SymbolInputs): EngineInputError {
  try {
    scoreSymbol(inputs);
  } catch (error) {
    if (error instanceof EngineInputError) {
      return error;
    }
    throw error;
  }
  throw new Error("it was scored");
}

function withCandles(change: (candles: Candles) => Candles): SymbolInputs {
  return { ...market, candles: { ...market.candles, "5m": mapInput(market.candles["5m"], change) } };
}

function withValue<K extends "book" | "trades" | "fundingRate8h" | "liquidations" | "ticker">(
  key: K,
  changed: object,
): SymbolInputs {
  const input = market[key];
  return input.known ? { ...market, [key]: { ...input, value: { ...input.value, ...changed } } } : market;
}

const columnsOf = (input: Input<object>): Readonly<Record<string, Float64Array>> =>
  input.known ? (input.value as Record<string, Float64Array>) : {};
const put = (column: Float64Array | undefined, index: number, value: number) => column?.with(index, value);
const reversed = (candles: Candles): Candles => ({
  ...candles,
  openTimeMs: candles.openTimeMs.toReversed(),
  open: candles.open.toReversed(),
  high: candles.high.toReversed(),
  low: candles.low.toReversed(),
  close: candles.close.toReversed(),
  volumeBase: candles.volumeBase.toReversed(),
});
const { bidPrice, bidQuantityBase, askPrice } = columnsOf(market.book);
const trades = columnsOf(market.trades);
const funding = columnsOf(market.fundingRate8h);
const liquidations = columnsOf(market.liquidations);

describe("bad data is refused at the door, by path and reason", () => {
  it.each<[string, SymbolInputs, string, RegExp]>([
    ["candles newest first", withCandles(reversed), "candles.5m.openTimeMs[1]", /oldest first/],
    [
      "a doubled candle",
      withCandles((c) => ({ ...c, openTimeMs: c.openTimeMs.with(7, c.openTimeMs[6] ?? 0) })),
      "candles.5m.openTimeMs[7]",
      /none twice/,
    ],
    [
      "candles that overlap",
      withCandles((c) => ({ ...c, openTimeMs: c.openTimeMs.with(0, (c.openTimeMs[0] ?? 0) + 1) })),
      "candles.5m.openTimeMs[1]",
      /after the end of the one before/,
    ],
    [
      "a time that is none",
      withCandles((c) => ({ ...c, openTimeMs: c.openTimeMs.with(3, Number.NaN) })),
      "candles.5m.openTimeMs[3]",
      /NaN/,
    ],
    [
      "a close that is none",
      withCandles((c) => ({ ...c, close: c.close.with(17, Number.NaN) })),
      "candles.5m.close[17]",
      /NaN, not a finite/,
    ],
    [
      "an infinite high",
      withCandles((c) => ({ ...c, high: c.high.with(2, Number.POSITIVE_INFINITY) })),
      "candles.5m.high[2]",
      /Infinity/,
    ],
    [
      "a number beyond any market",
      withCandles((c) => ({ ...c, low: c.low.with(2, 1e200) })),
      "candles.5m.low[2]",
      /1e\+200/,
    ],
    [
      "a volume below 0",
      withCandles((c) => ({ ...c, volumeBase: c.volumeBase.with(5, -1) })),
      "candles.5m.volumeBase[5]",
      /-1/,
    ],
    [
      "a shorter column",
      withCandles((c) => ({ ...c, open: c.open.subarray(1) })),
      "candles.5m.open",
      /119 values, but openTimeMs has 120/,
    ],
    [
      "the candles of another timeframe",
      withCandles((c) => ({ ...c, intervalMs: MINUTE_MS })),
      "candles.5m.intervalMs",
      /60000, not 300000/,
    ],
    ["a bid that is none", withValue("book", { bidPrice: put(bidPrice, 0, Number.NaN) }), "book.bidPrice[0]", /NaN/],
    [
      "an ask of 0",
      withValue("book", { askPrice: put(askPrice, 3, 0) }),
      "book.askPrice[3]",
      /0, not a finite number above 0/,
    ],
    [
      "a quantity of 0",
      withValue("book", { bidQuantityBase: put(bidQuantityBase, 3, 0) }),
      "book.bidQuantityBase[3]",
      /above 0/,
    ],
    [
      "an infinite quantity",
      withValue("book", { bidQuantityBase: put(bidQuantityBase, 3, Number.POSITIVE_INFINITY) }),
      "book.bidQuantityBase[3]",
      /Infinity/,
    ],
    ["bids upside down", withValue("book", { bidPrice: bidPrice?.toReversed() }), "book.bidPrice[1]", /highest/],
    ["asks upside down", withValue("book", { askPrice: askPrice?.toReversed() }), "book.askPrice[1]", /lowest/],
    [
      "a side of the book cut off",
      withValue("book", { bidQuantityBase: bidQuantityBase?.subarray(2) }),
      "book.bidQuantityBase",
      /18 values/,
    ],
    [
      "trades newest first",
      withValue("trades", { timeMs: trades.timeMs?.toReversed() }),
      "trades.timeMs[1]",
      /oldest first/,
    ],
    ["a trade at no price", withValue("trades", { price: put(trades.price, 9, 0) }), "trades.price[9]", /above 0/],
    [
      "a trade of less than nothing",
      withValue("trades", { quantityBase: put(trades.quantityBase, 9, -2) }),
      "trades.quantityBase[9]",
      /-2/,
    ],
    [
      "a trade of no side",
      withValue("trades", { takerSide: new Int8Array(60) }),
      "trades.takerSide[0]",
      /neither 1 nor -1/,
    ],
    [
      "spans that overlap",
      withValue("trades", {
        coverage: [
          { fromMs: 1, toMs: 5 },
          { fromMs: 4, toMs: 9 },
        ],
      }),
      "trades.coverage[1].fromMs",
      /not overlap/,
    ],
    [
      "a span that ends before it begins",
      withValue("trades", { coverage: [{ fromMs: 5, toMs: 1 }] }),
      "trades.coverage[0].toMs",
      /not overlap/,
    ],
    ["a high below the low", withCandles((c) => ({ ...c, high: c.low, low: c.high })), "candles.5m.high[0]", /below/],
    [
      "a close outside of its candle",
      withCandles((c) => ({ ...c, close: c.close.with(119, 10 * last(c.close)) })),
      "candles.5m.high[119]",
      /below the candle's/,
    ],
    [
      "a low above the close",
      withCandles((c) => ({ ...c, low: c.low.with(7, 1.0001 * (c.close[7] ?? 0)) })),
      "candles.5m.low[7]",
      /above the candle's/,
    ],
    [
      "a low of 0 under prices above",
      withCandles((c) => ({ ...c, low: c.low.with(7, 0) })),
      "candles.5m.low[7]",
      /prices above 0/,
    ],
    ["a price as a text", withValue("ticker", { lastPrice: "100.1" }), "ticker.lastPrice", /of type string/],
    ["a figure that is left out", withValue("ticker", { markPrice: undefined }), "ticker.markPrice", /undefined/],
    [
      "a column of texts",
      withValue("book", { askPrice: [...(askPrice ?? [])].map(String) }),
      "book.askPrice",
      /of type object, not a Float64Array/,
    ],
    [
      "a column of another width",
      withCandles((c) => ({ ...c, openTimeMs: Float32Array.from(c.openTimeMs) as unknown as Float64Array })),
      "candles.5m.openTimeMs",
      /not a Float64Array/,
    ],
    ["sides as a list", withValue("trades", { takerSide: [1, -1] }), "trades.takerSide", /not an Int8Array/],
    [
      "too few sides",
      withValue("trades", { takerSide: Int8Array.of(1) }),
      "trades.takerSide",
      /1 values, but timeMs has 60/,
    ],
    ["no coverage", withValue("trades", { coverage: undefined }), "trades.coverage", /not a list/],
    ["a span that is none", withValue("trades", { coverage: [null] }), "trades.coverage[0]", /null, not an object/],
    ["a value that is none", { ...market, book: { ...market.book, value: null } as never }, "book.value", /null/],
    ["an input that is none", { ...market, fundingRate8h: undefined as never }, "fundingRate8h", /undefined/],
    ["no candles at all", { ...market, candles: null as never }, "candles.1m", /undefined, not an object/],
    [
      "an input neither known nor missing",
      { ...market, trades: { ...market.trades, known: 1 } as never },
      "trades.known",
      /1, neither true nor false/,
    ],
    [
      "a reason that is none",
      { ...market, book: { known: false, reason: "warming_up", periodMs: 1 } as never },
      "book.reason",
      /none of too_short, no_activity/,
    ],
    [
      "a book of after now",
      { ...market, book: { ...market.book, asOfMs: market.nowMs + MINUTE_MS + 1 } as never },
      "book.asOfMs",
      /more than 60000 ms after now/,
    ],
    [
      "a rate of after now",
      withValue("fundingRate8h", { timeMs: put(funding.timeMs, 199, market.nowMs + MINUTE_MS + 1) }),
      "fundingRate8h.timeMs[199]",
      /after now/,
    ],
    [
      "a settlement twice",
      withValue("fundingRate8h", { timeMs: put(funding.timeMs, 4, funding.timeMs?.[3] ?? 0) }),
      "fundingRate8h.timeMs[4]",
      /none twice/,
    ],
    [
      "a rate that is none",
      withValue("fundingRate8h", { value: put(funding.value, 4, Number.NaN) }),
      "fundingRate8h.value[4]",
      /NaN/,
    ],
    [
      "a liquidation of no size",
      withValue("liquidations", { quantityBase: put(liquidations.quantityBase, 0, Number.NaN) }),
      "liquidations.quantityBase[0]",
      /NaN/,
    ],
    ["a last price that is none", withValue("ticker", { lastPrice: Number.NaN }), "ticker.lastPrice", /NaN/],
    ["an index below 0", withValue("ticker", { indexPrice: -1 }), "ticker.indexPrice", /-1/],
    ["no time of now", { ...market, nowMs: Number.NaN }, "nowMs", /not a time/],
    [
      "shares in percent",
      {
        ...market,
        longAccountShare: mapInput(market.longAccountShare, (s) => ({ ...s, value: s.value.map((v) => 100 * v) })),
      },
      "longAccountShare.value[0]",
      /share of 0 to 1/,
    ],
    ["a period of 0", { ...market, book: { ...market.book, periodMs: 0 } }, "book.periodMs", /above 0/],
  ])("%s", (_name, inputs, path, reason) => {
    const error = refusalOf(inputs);
    expect([error.path, error.message]).toEqual([path, `${path} ${error.reason}`]);
    expect(error.reason).toMatch(reason);
    expect(error.input === null ? path : path.startsWith(error.input)).toBeTruthy();
  });

  it.each([undefined, "", 5, null, {}])("a symbol that has no name: %s", (symbol) => {
    expect(refusalOf({ ...market, symbol: symbol as never })).toMatchObject({ path: "symbol", input: null });
  });

  it.each([
    [{ symbol: "A", nowMs: market.nowMs, candles: { "5m": null } }, "candles.5m"],
    [{ symbol: "A", nowMs: market.nowMs }, "candles"],
    [undefined, "inputs"],
  ])("also by scoreCandles, for candles that are none", (inputs, path) => {
    expect(() => scoreCandles(inputs as never)).toThrow(expect.objectContaining({ name: "EngineInputError", path }));
  });

  it("prices that lie outside of their candle by rounding are no fault, nor candles at 0", () => {
    const rounded = withCandles((c) => ({ ...c, high: c.high.map((high) => high * (1 - 1e-9)) }));
    expect(scoreSymbol(rounded).score).not.toBeNull();
    const nothing = (column: Float64Array) => column.map(() => 0);
    const zeros = withCandles((c) => ({
      ...c,
      open: nothing(c.open),
      high: nothing(c.high),
      low: nothing(c.low),
      close: nothing(c.close),
    }));
    expect(signalTable(scoreSymbol(zeros))["technical.rsi.5m"]).toBe("no_activity");
  });

  it("also by scoreCandles, for columns that would be cut to one length", () => {
    const candles = market.candles["30m"];
    const value = candles.known ? { ...candles.value, volumeBase: new Float64Array(500) } : undefined;
    const score = () => scoreCandles({ symbol: "A", nowMs: market.nowMs, candles: { "30m": value as Candles } });
    expect(score).toThrow("candles.30m.volumeBase has 500 values, but openTimeMs has 120");
  });

  it("crossed and empty books are no faults", () => {
    const none = new Float64Array();
    const empty = { bidPrice: none, bidQuantityBase: none, askPrice: none, askQuantityBase: none };
    const crossed = {
      bidPrice: Float64Array.of(101),
      bidQuantityBase: Float64Array.of(1),
      askPrice: Float64Array.of(100),
      askQuantityBase: Float64Array.of(1),
    };
    for (const book of [empty, crossed]) {
      const { components } = scoreSymbol(withValue("book", book));
      expect(components.find(({ component }) => component === "orderbook")).toMatchObject({
        signal: null,
        reason: "no_activity",
      });
    }
  });
});

describe("an input with a fault can be taken out", () => {
  it.each(INPUT_PATHS)("%s becomes not_provided, and nothing else changes", (path) => {
    const without = withoutInput(market, path);
    const flat = ({ candles, ...others }: SymbolInputs): Readonly<Record<string, unknown>> => ({
      ...others,
      ...Object.fromEntries(TIMEFRAMES.map((timeframe) => [`candles.${timeframe}`, candles[timeframe]])),
    });
    expect(flat(without)[path]).toMatchObject({ known: false, reason: "not_provided" });
    expect({ ...flat(without), [path]: null }).toEqual({ ...flat(market), [path]: null });
    expect(scoreSymbol(without).score).not.toBeNull();
  });

  it("also one that is missing altogether, but none that is no input", () => {
    expect(scoreSymbol(withoutInput({ ...market, book: undefined as never }, "book")).score).not.toBeNull();
    expect(() => withoutInput(market, null as never)).toThrow("path is null, no input of a symbol");
  });
});

describeLaw("of a history with a hole the tail counts", 8, (whole, seed) => {
  const random = createRandom(seed);
  const timeframe = TIMEFRAMES[random.below(TIMEFRAMES.length)] ?? "1m";
  const input = whole.candles[timeframe];
  if (!input.known) {
    return;
  }
  const count = input.value.close.length;
  const from = random.below(count);
  const shifted = input.value.openTimeMs.map((time, i) => (i < from ? time - input.value.intervalMs : time));
  const scoreWith = (value: Candles) =>
    scoreSymbol({ ...whole, candles: { ...whole.candles, [timeframe]: { ...input, value } } });
  expect(scoreWith({ ...input.value, openTimeMs: shifted })).toEqual(scoreWith(sliceCandles(input.value, from, count)));
});

describeLaw("whatever number is put into the inputs, they are refused or every figure is finite", 25, (whole, seed) => {
  const random = createRandom(seed);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1e308, 1e99, 5e-324, 1e-90];
  for (let n = 0; n < 8; n++) {
    const value = odd[random.below(odd.length)] ?? 0;
    const inputs = structuredClone(whole);
    const columns = allColumns(inputs);
    const column = columns[random.below(columns.length)];
    column?.set([value], random.below(column.length));
    try {
      expect(nonFinite(scoreSymbol(inputs))).toEqual([]);
    } catch (error) {
      if (!(error instanceof EngineInputError)) {
        throw error;
      }
    }
  }
});

it("every figure is finite, or its rule has no data, when an average true range is almost nothing", () => {
  const tiny = (column: Float64Array) => column.map((price) => price * 1e-310);
  const analysis = scoreSymbol(
    withCandles((c) => ({ ...c, open: tiny(c.open), high: tiny(c.high), low: tiny(c.low), close: tiny(c.close) })),
  );
  expect(nonFinite(analysis)).toEqual([]);
  expect(signalTable(analysis)).toMatchObject({
    "orderbook.depth_far": "no_activity",
    "technical.rsi.5m": expect.any(Number),
  });
});

function allColumns({ candles, ...inputs }: SymbolInputs): readonly Float64Array[] {
  return [...Object.values(candles), ...Object.values(inputs)].flatMap((input: unknown) => {
    const value = typeof input === "object" && input !== null && "value" in input ? input.value : {};
    return Object.values(value ?? {}).filter((column) => column instanceof Float64Array && column.length > 0);
  });
}

/** The paths of numbers that are not finite. */
function nonFinite(value: unknown, path = ""): readonly string[] {
  if (typeof value === "number") {
    return Number.isFinite(value) ? [] : [path];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, part]) => nonFinite(part, `${path}.${key}`))
    : [];
}
