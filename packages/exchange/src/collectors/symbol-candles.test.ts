import { type Candles, type Input, TIMEFRAME_MS, TIMEFRAMES, type Ticker, type Timeframe } from "@pulseboard/engine";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SymbolCollection } from "../gateway/exchange-gateway.ts";
import { openGateway, type TestGateway, whileTimePasses } from "../testing/gateways.ts";
import { envelope, sendJson, sendText } from "../testing/test-response.ts";
import { createTinyExchange, klineRow, type TinyExchange } from "../testing/tiny-exchange.ts";

const KLINE = "/v5/market/kline";
const MINUTE_MS = 60_000;
/** Five seconds after a 4 h close. */
const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);

let exchange: TinyExchange;
let open: TestGateway;
let ticker: Ticker;
beforeEach(async () => {
  exchange = createTinyExchange(["BTCUSDT"], START_MS);
  open = openGateway(exchange, { simulated: true });
  const market = await open.gateway.collectMarket(open.signal);
  const [first] = market.tickers;
  if (first === undefined) {
    throw new Error("no ticker");
  }
  ticker = first;
});
afterEach(async () => {
  await open[Symbol.asyncDispose]();
});

function collectAt(nowMs: number): Promise<SymbolCollection> {
  exchange.nowMs = nowMs;
  return whileTimePasses(open.clock, open.gateway.collectSymbol(ticker, nowMs, open.signal));
}

function candlesOf(input: Input<Candles>): Candles {
  if (!input.known) {
    throw new Error(`missing: ${input.reason}`);
  }
  return input.value;
}

/** Compares the known candles with the formula of the exchange: closed ones, without a hole. */
function expectTrue(collection: SymbolCollection, nowMs: number, length = 1000): void {
  for (const timeframe of TIMEFRAMES) {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const candles = candlesOf(collection.inputs.candles[timeframe]);
    const lastOpenMs = Math.floor(nowMs / intervalMs) * intervalMs - intervalMs;
    const { openTimeMs, open, high, low, close, volumeBase } = candles;
    expect(openTimeMs.length).toBe(length);
    expect(openTimeMs.at(-1)).toBe(lastOpenMs);
    for (const index of [0, length >> 1, length - 1]) {
      const row = [openTimeMs, open, high, low, close, volumeBase].map((column) => column[index]);
      expect(row).toEqual(
        klineRow(lastOpenMs - (length - 1 - index) * intervalMs, intervalMs)
          .slice(0, 6)
          .map(Number),
      );
    }
  }
}

function asked(since: number): readonly string[] {
  return exchange.received
    .slice(since)
    .filter(({ path }) => path === KLINE)
    .map(({ query }) => `${query.get("interval")}x${query.get("limit")}`);
}

/** Answers 1m (or another interval) with rows changed by `change`, newest first; the other intervals as usual. */
function corrupt(interval: string, change: (rows: unknown[]) => unknown[]): void {
  exchange.overrides.set(KLINE, (response, { query }) => {
    const intervalMs = Number(query.get("interval")) * MINUTE_MS;
    const lastMs = Math.floor(Number(query.get("end")) / intervalMs) * intervalMs;
    const rows = Array.from({ length: Number(query.get("limit")) }, (_, n) =>
      klineRow(lastMs - n * intervalMs, intervalMs),
    );
    const list = query.get("interval") === interval ? change(rows) : rows;
    sendJson(response, envelope({ category: "linear", symbol: "BTCUSDT", list }, exchange.nowMs));
  });
}

describe("closed candles", () => {
  test("are those that a fresh start would fetch, whenever the refreshes happen", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 * MINUTE_MS }), { minLength: 1, maxLength: 6 }),
        async (steps) => {
          open.gateway.retainOnly(new Set());
          let nowMs = START_MS;
          expectTrue(await collectAt(nowMs), nowMs);
          for (const step of steps) {
            nowMs += step;
            expectTrue(await collectAt(nowMs), nowMs);
          }
        },
      ),
      { numRuns: propertyRuns({ quick: 5, thorough: 75 }) },
    );
  });

  test("need requests only for the 1m candles closed since, and for 4h after its close", async () => {
    await collectAt(START_MS);
    let seen = exchange.received.length;
    await collectAt(START_MS + 40 * MINUTE_MS);
    expect(asked(seen)).toEqual(["1x40"]);
    seen = exchange.received.length;
    await collectAt(START_MS + 240 * MINUTE_MS);
    expect(asked(seen)).toEqual(["1x200", "240x1"]);
  });

  test("never include the open one, neither by the wall clock nor when the exchange sends it", async () => {
    corrupt("1", (rows) => [klineRow(Date.UTC(2025, 5, 10, 12), MINUTE_MS), ...rows]);
    open.clock.setNowMs(START_MS + 3_600_000);
    const { inputs, problems } = await collectAt(START_MS);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: Date.UTC(2025, 5, 10, 12) });
    expect(problems).toEqual([]);
  });

  test("are left out while the server that answers, a few seconds behind, still has them open", async () => {
    const whole = klineRow(START_MS - 5000 - MINUTE_MS, MINUTE_MS);
    const unfinished = whole.with(4, whole[1] ?? "");
    exchange.overrides.set(KLINE, (response, { query }) => {
      const intervalMs = Number(query.get("interval")) * MINUTE_MS;
      const lastMs = Math.floor((START_MS - 8000) / intervalMs) * intervalMs;
      const rows = Array.from({ length: 1000 }, (_, n) => klineRow(lastMs - n * intervalMs, intervalMs));
      const list = intervalMs === MINUTE_MS ? [unfinished, ...rows.slice(1)] : rows;
      sendJson(response, envelope({ category: "linear", symbol: "BTCUSDT", list }, START_MS - 8000));
    });
    const { inputs } = await collectAt(START_MS);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: START_MS - 5000 - MINUTE_MS });
    exchange.overrides.clear();
    expect(candlesOf((await collectAt(START_MS)).inputs.candles["1m"]).close.at(-1)).toBe(Number(whole[4]));
  });

  test("are fetched whole after a break of more than a thousand minutes", async () => {
    await collectAt(START_MS);
    const seen = exchange.received.length;
    const nowMs = START_MS + 1001 * MINUTE_MS;
    expectTrue(await collectAt(nowMs), nowMs);
    expect([...asked(seen)].sort()).toEqual(["1x1000", "240x4", "30x33", "5x200"].sort());
  });

  test("are fetched whole when the market starts again at an earlier time", async () => {
    await whileTimePasses(open.clock, open.gateway.collectMarket(open.signal));
    await collectAt(START_MS);
    const earlierMs = START_MS - 7 * 24 * 60 * MINUTE_MS;
    exchange.nowMs = earlierMs;
    await whileTimePasses(open.clock, open.gateway.collectMarket(open.signal));
    const collection = await collectAt(earlierMs);
    expectTrue(collection, earlierMs);
    expect(collection.inputs.book).toMatchObject({ known: true, asOfMs: earlierMs - 20 });
    expect(collection.inputs.trades).toMatchObject({ known: true, asOfMs: earlierMs });
    expect(collection.inputs.openInterestBase).toMatchObject({
      known: true,
      asOfMs: Math.floor(earlierMs / 300_000) * 300_000,
    });
  });

  test("lack a late candle until it appears", async () => {
    await collectAt(START_MS);
    corrupt("1", (rows) => rows.slice(1));
    const { inputs, problems } = await collectAt(START_MS + MINUTE_MS);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: Date.UTC(2025, 5, 10, 12) });
    expect(problems).toEqual([]);
    exchange.overrides.clear();
    expectTrue(await collectAt(START_MS + 2 * MINUTE_MS), START_MS + 2 * MINUTE_MS);
  });

  test("are few for a new listing, and too_short when there are none", async () => {
    corrupt("1", (rows) => rows.slice(0, 70));
    const first = await collectAt(START_MS);
    expect(candlesOf(first.inputs.candles["1m"]).openTimeMs.length).toBe(70);
    open.gateway.retainOnly(new Set());
    corrupt("240", () => []);
    const { inputs, problems } = await collectAt(START_MS);
    expect(inputs.candles["4h"]).toEqual({ known: false, reason: "too_short", periodMs: 14_400_000 });
    expect(problems).toEqual([]);
    // There can be none before the next close, so nobody asks.
    const seen = exchange.received.length;
    await collectAt(START_MS + 30_000);
    expect(asked(seen)).toEqual([]);
  });
});

const wrong = (index: number, value: unknown) => (rows: unknown[]) => {
  const row = [...(rows[10] as unknown[])];
  row[index] = value;
  return rows.with(10, row);
};

describe("impossible rows", () => {
  const cases: readonly (readonly [string, (rows: unknown[]) => unknown[], RegExp])[] = [
    ["a word", wrong(4, "abc"), /close of \d+ is "abc"/],
    ["an empty price", wrong(1, ""), /open of \d+ is ""/],
    ["a null", wrong(2, null), /high of \d+ is null/],
    ["a price of 0", wrong(3, "0"), /low of \d+ is "0"/],
    ["a negative volume", wrong(5, "-3"), /volume of \d+ is "-3"/],
    ["a high below the close", wrong(2, "1"), /high of \d+ is 1, below/],
    ["a low above the close", wrong(3, "99999"), /(high|low) of \d+/],
    ["a misaligned start", wrong(0, String(START_MS)), /start of/],
    ["a start that is a float", wrong(0, "1749556800000.5"), /start of/],
    ["not a row", (rows) => rows.with(10, "x"), /a row is "x"/],
  ];
  test.each(cases)(
    "%s: left out and counted, and only the candles after it are kept",
    async (_name, change, message) => {
      corrupt("1", change);
      const { inputs, problems } = await collectAt(START_MS);
      expect(candlesOf(inputs.candles["1m"]).openTimeMs.length).toBe(10);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ endpoint: KLINE, code: "bad_rows", symbol: "BTCUSDT" });
      expect(problems[0]?.message).toMatch(message);
      expect(candlesOf(inputs.candles["5m"]).openTimeMs.length).toBe(1000);
    },
  );

  test("that are repeated or out of order are left out alone", async () => {
    corrupt("1", (rows) => [...rows.slice(0, 5), rows[4], rows[2], ...rows.slice(5)]);
    const { inputs, problems } = await collectAt(START_MS);
    expect(candlesOf(inputs.candles["1m"]).openTimeMs.length).toBe(1000);
    expect(problems[0]?.message).toMatch(/: 2 unusable .*repeated or out of order/);
  });

  test("a missing minute leaves the candles after it; the series is fetched whole again after five minutes", async () => {
    corrupt("1", (rows) => rows.toSpliced(100, 1));
    const { inputs, problems } = await collectAt(START_MS);
    expect(candlesOf(inputs.candles["1m"]).openTimeMs.length).toBe(100);
    expect(problems[0]?.message).toContain("candles are missing before");
    exchange.overrides.clear();
    let seen = exchange.received.length;
    await collectAt(START_MS + MINUTE_MS);
    expect(asked(seen)).toEqual(["1x1"]);
    seen = exchange.received.length;
    expectTrue(await collectAt(START_MS + 5 * MINUTE_MS), START_MS + 5 * MINUTE_MS);
    expect(asked(seen)).toEqual(["1x1000"]);
  });

  test("an answer without a usable row leaves the known candles, or the series not provided", async () => {
    corrupt("1", (rows) => rows.map(() => null));
    const first = await collectAt(START_MS);
    expect(first.inputs.candles["1m"]).toMatchObject({ known: false, reason: "not_provided" });
    exchange.overrides.clear();
    await collectAt(START_MS + MINUTE_MS);
    corrupt("1", (rows) => rows.map(() => null));
    const { inputs, problems } = await collectAt(START_MS + 2000 * MINUTE_MS);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: Date.UTC(2025, 5, 10, 12, 1) });
    expect(problems).toMatchObject([{ code: "bad_rows", message: expect.stringContaining(": 1000 unusable ") }]);
  });

  test("candles that do not continue the known ones are fetched whole", async () => {
    await collectAt(START_MS);
    let answers = 0;
    corrupt("1", (rows) => (answers++ === 0 ? rows.slice(0, 1) : rows));
    const nowMs = START_MS + 3 * MINUTE_MS;
    expectTrue(await collectAt(nowMs), nowMs);
  });

  test("an answer about another symbol is rejected", async () => {
    exchange.overrides.set(KLINE, (response) =>
      sendJson(response, envelope({ symbol: "ETHUSDT", list: [] }, START_MS)),
    );
    const { inputs, problems } = await collectAt(START_MS);
    expect(inputs.candles["1m"]).toMatchObject({ known: false, reason: "not_provided" });
    expect(problems.map(({ code }) => code)).toEqual(Array(4).fill("exchange_bad_body"));
  });

  test("candles without trades are kept", async () => {
    corrupt("1", wrong(5, "0"));
    const { inputs } = await collectAt(START_MS);
    expect(candlesOf(inputs.candles["1m"]).volumeBase.at(-11)).toBe(0);
    expect(candlesOf(inputs.candles["1m"]).openTimeMs.length).toBe(1000);
  });
});

test("one timeframe that fails does not affect the others", async () => {
  const failing: Timeframe = "30m";
  exchange.overrides.set(KLINE, (response, { query }) => {
    if (query.get("interval") === "30") {
      return sendText(response, 502, "<html>");
    }
    const intervalMs = Number(query.get("interval")) * MINUTE_MS;
    sendJson(
      response,
      envelope({ symbol: "BTCUSDT", list: [klineRow(START_MS - 5000 - intervalMs, intervalMs)] }, START_MS),
    );
  });
  const { inputs, problems } = await collectAt(START_MS);
  expect(TIMEFRAMES.filter((timeframe) => !inputs.candles[timeframe].known)).toEqual([failing]);
  expect(problems).toMatchObject([{ endpoint: KLINE, code: "exchange_unavailable", symbol: "BTCUSDT" }]);
});
