import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExchangeError } from "../exchange-error.ts";
import { klineRow, tickerRow, tradeRow } from "../testing/tiny-exchange.ts";
import type { Envelope } from "../transport/envelope.ts";
import { parseBook } from "./book.ts";
import { parseCandles } from "./candles.ts";
import { parseInstrument } from "./instruments.ts";
import { readNumber } from "./numbers.ts";
import { RowDefects } from "./row-defects.ts";
import { parseSeries, readFundingRate, readLongShare, readOpenInterest } from "./series.ts";
import { parseTicker } from "./ticker.ts";
import { parseTrades } from "./trades.ts";

const MINUTE_MS = 60_000;
const NOW_MS = Date.UTC(2025, 5, 10, 12);
const BTC = { symbol: "BTCUSDT", baseCoin: "BTC", fundingIntervalHours: 8 };

/** Everything that an exchange could put where a figure belongs. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "0",
    "-1",
    "abc",
    "NaN",
    "Infinity",
    "1e999",
    "1e-400",
    " 1",
    "0x10",
    "1,5",
    null,
    undefined,
    0,
    -0,
    true,
    [],
    {},
  ),
  fc.double(),
  fc.double().map(String),
  fc.string(),
  fc.jsonValue(),
);
const envelopeOf = (result: object): Envelope => ({ result: { ...result }, timeMs: NOW_MS });

function expectFinite(columns: Iterable<ArrayLike<number>>): void {
  for (const column of columns) {
    for (const value of Array.from(column)) {
      expect(Number.isFinite(value)).toBe(true);
    }
  }
}

/** The result, or null where the body was refused as it should be; anything else is a defect. */
function orRefused<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ExchangeError);
    return null;
  }
}

/** A good row of which some fields are anything. */
function spoilt(row: Record<string, unknown>) {
  const spoiling = Object.fromEntries(Object.keys(row).map((field) => [field, anything]));
  return fc.record(spoiling, { requiredKeys: [] }).map((changes) => ({ ...row, ...changes }));
}

describe("a figure", () => {
  test.each([
    ["1.5", 1.5],
    ["-0.000052", -0.000052],
    ["1e-7", 1e-7],
    [7, 7],
    ["", null],
    [null, null],
    [undefined, null],
    [" ", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
    [Number.NaN, undefined],
    [true, undefined],
    [[], undefined],
  ] as const)("%s is %s", (value, expected) => {
    expect(readNumber(value)).toBe(expected);
  });
});

describe("whatever the exchange sends, what comes out is finite, or unknown and told", () => {
  test("tickers", () => {
    fc.assert(
      fc.property(spoilt(tickerRow("BTCUSDT")), (row) => {
        const defects = new RowDefects();
        const ticker = parseTicker(row, BTC, defects);
        if (ticker === null) {
          expect(defects.count).toBe(1);
          return;
        }
        const { symbol: _symbol, baseCoin: _baseCoin, ...figures } = ticker;
        for (const figure of Object.values(figures)) {
          expect(figure === null || Number.isFinite(figure)).toBe(true);
        }
        expect(ticker.lastPrice).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("instruments", () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.dictionary(fc.constantFrom("symbol", "status", "fundingInterval"), anything)),
        (row) => {
          expect(parseInstrument(row, new RowDefects())).toBeNull();
        },
      ),
    );
  });

  test("candles", () => {
    const row = fc.tuple(
      ...klineRow(NOW_MS - MINUTE_MS, MINUTE_MS).map((value) => fc.oneof(fc.constant(value), anything)),
    );
    fc.assert(
      fc.property(fc.oneof(anything, fc.array(fc.oneof(row, anything))), (list) => {
        const body = envelopeOf({ symbol: "BTCUSDT", list });
        const candles = orRefused(() => parseCandles(body, "BTCUSDT", MINUTE_MS, NOW_MS, new RowDefects()));
        if (candles === null) {
          return;
        }
        const { open, high, low, close, volumeBase, openTimeMs } = candles;
        expectFinite([open, high, low, close, volumeBase, openTimeMs]);
        expect(open.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });

  test("books", () => {
    const side = fc.oneof(
      anything,
      fc.array(fc.oneof(fc.tuple(fc.constantFrom("99", "100", "101"), fc.constantFrom("1", "2")), anything)),
    );
    fc.assert(
      fc.property(side, side, (b, a) => {
        const book = orRefused(() => parseBook(envelopeOf({ s: "BTCUSDT", b, a, ts: NOW_MS }), "BTCUSDT"));
        if (book === null) {
          return;
        }
        expectFinite([book.bidPrice, book.bidQuantityBase, book.askPrice, book.askQuantityBase]);
        if (book.bidPrice.length > 0 && book.askPrice.length > 0) {
          expect(book.bidPrice[0]).toBeLessThan(book.askPrice[0] ?? 0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("trades", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(spoilt(tradeRow("BTCUSDT", NOW_MS)), anything), { maxLength: 5 }), (list) => {
        const defects = new RowDefects();
        const page = parseTrades(envelopeOf({ list }), "BTCUSDT", defects);
        expectFinite([page.trades.flatMap(({ timeMs, price, quantityBase }) => [timeMs, price, quantityBase])]);
        expect(page.trades.length + defects.count).toBe(list.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("series", () => {
    const row = spoilt({
      openInterest: "2",
      singleOpenInterest: "1",
      buyRatio: "0.5",
      sellRatio: "0.5",
      fundingRate: "0.0001",
      timestamp: String(NOW_MS),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(row, anything), { maxLength: 5 }), (list) => {
        for (const read of [readOpenInterest, readLongShare, readFundingRate]) {
          const defects = new RowDefects();
          const points = parseSeries(envelopeOf({ list }), "/v5/market/open-interest", "timestamp", read, defects);
          expectFinite([points.flatMap(({ timeMs, value }) => [timeMs, value])]);
          expect(points.length + defects.count).toBe(list.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
