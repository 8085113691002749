import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExchangeError } from "../errors/exchange-error.ts";
import { klineRow, tickerRow, tradeRow } from "../testing/tiny-exchange.ts";
import type { Envelope } from "./envelope.ts";
import { readNumber } from "./numbers.ts";
import { parseBook } from "./parse-book.ts";
import { parseCandles } from "./parse-candles.ts";
import { parseInstruments } from "./parse-instruments.ts";
import { parseSeries, readFundingRate, readLongShare, readOpenInterest } from "./parse-series.ts";
import { parseTickers } from "./parse-tickers.ts";
import { parseTrades } from "./parse-trades.ts";

const MINUTE_MS = 60_000;
const NOW_MS = Date.UTC(2025, 5, 10, 12);
const BTC = { symbol: "BTCUSDT", baseCoin: "BTC", fundingIntervalHours: 8 };

/** Everything that an exchange could put in place of a number. */
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
const envelopeOf = (result: object): Envelope => ({ result: { ...result }, timeMs: NOW_MS, marketSpeed: 1 });

function expectFinite(columns: Iterable<ArrayLike<number>>): void {
  for (const column of columns) {
    for (const value of Array.from(column)) {
      expect(Number.isFinite(value)).toBe(true);
    }
  }
}

/** The result, or null where the body was rejected with an ExchangeError. */
function orRejected<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ExchangeError);
    return null;
  }
}

/** A good row with anything in some of its fields. */
function damaged(row: Record<string, unknown>) {
  const damaging = Object.fromEntries(Object.keys(row).map((field) => [field, anything]));
  return fc.record(damaging, { requiredKeys: [] }).map((changes) => ({ ...row, ...changes }));
}

describe("a number", () => {
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

describe("what has not happened when the exchange answers is refused: it would be the newest until then", () => {
  const [later, soon] = [NOW_MS + 61_000, NOW_MS + 59_000];

  test("a trade", () => {
    const rows = [tradeRow("BTCUSDT", later), tradeRow("BTCUSDT", soon), tradeRow("BTCUSDT", NOW_MS)];
    const { trades, errors, holes } = parseTrades(envelopeOf({ list: rows }), "BTCUSDT");
    expect(trades.map(({ timeMs }) => timeMs)).toEqual([NOW_MS, soon]);
    expect([errors.count(), holes]).toEqual([1, [{ fromMs: soon, toMs: NOW_MS }]]);
  });

  test("a value of a series", () => {
    const list = [later, soon, NOW_MS].map((timeMs) => ({ fundingRate: "0.0001", timestamp: String(timeMs) }));
    const { points, errors } = parseSeries(envelopeOf({ list }), "/v5/market/funding", "timestamp", readFundingRate);
    expect([points.map(({ timeMs }) => timeMs), errors.count()]).toEqual([[NOW_MS, soon], 1]);
  });

  test("a book", () => {
    const bookOf = (ts: number) => envelopeOf({ s: "BTCUSDT", b: [["99", "1"]], a: [["100", "1"]], ts });
    expect(parseBook(bookOf(soon), "BTCUSDT").timeMs).toBe(soon);
    expect(orRejected(() => parseBook(bookOf(later), "BTCUSDT"))).toBeNull();
  });
});

describe("whatever the exchange sends, the result is finite, or unknown and reported", () => {
  test("tickers", () => {
    fc.assert(
      fc.property(damaged(tickerRow("BTCUSDT")), (row) => {
        const page = orRejected(() => parseTickers(envelopeOf({ list: [row] }), new Map([["BTCUSDT", BTC]])));
        if (page === null) {
          return;
        }
        const [ticker] = page.tickers;
        expect(ticker).toBeDefined();
        if (ticker === undefined) {
          return;
        }
        const { symbol: _symbol, baseCoin: _baseCoin, ...figures } = ticker;
        for (const figure of Object.values(figures)) {
          expect(figure === null || Number.isFinite(figure)).toBe(true);
        }
        expect(ticker.lastPrice).toBeGreaterThan(0);
      }),
      { numRuns: propertyRuns({ quick: 250, thorough: 5000 }) },
    );
  });

  test("instruments", () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.dictionary(fc.constantFrom("symbol", "status", "fundingInterval"), anything)),
        (row) => {
          const { instruments, errors } = parseInstruments(envelopeOf({ list: [row] }));
          expect(instruments).toEqual([]);
          expect(errors.count()).toBe(1);
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
        const page = orRejected(() => parseCandles(body, "BTCUSDT", MINUTE_MS, NOW_MS));
        if (page === null) {
          return;
        }
        const { open, high, low, close, volumeBase, openTimeMs } = page.candles;
        expectFinite([open, high, low, close, volumeBase, openTimeMs]);
        expect(open.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: propertyRuns({ quick: 250, thorough: 5000 }) },
    );
  });

  test("books", () => {
    const side = fc.oneof(
      anything,
      fc.array(fc.oneof(fc.tuple(fc.constantFrom("99", "100", "101"), fc.constantFrom("1", "2")), anything)),
    );
    fc.assert(
      fc.property(side, side, (b, a) => {
        const book = orRejected(() => parseBook(envelopeOf({ s: "BTCUSDT", b, a, ts: NOW_MS }), "BTCUSDT"));
        if (book === null) {
          return;
        }
        expectFinite([book.bidPrice, book.bidQuantityBase, book.askPrice, book.askQuantityBase]);
        if (book.bidPrice.length > 0 && book.askPrice.length > 0) {
          expect(book.bidPrice[0]).toBeLessThan(book.askPrice[0] ?? 0);
        }
      }),
      { numRuns: propertyRuns({ quick: 250, thorough: 5000 }) },
    );
  });

  test("trades", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(damaged(tradeRow("BTCUSDT", NOW_MS)), anything), { maxLength: 5 }), (list) => {
        const page = parseTrades(envelopeOf({ list }), "BTCUSDT");
        expectFinite([page.trades.flatMap(({ timeMs, price, quantityBase }) => [timeMs, price, quantityBase])]);
        expect(page.trades.length + page.errors.count()).toBe(list.length);
      }),
      { numRuns: propertyRuns({ quick: 250, thorough: 5000 }) },
    );
  });

  test("series", () => {
    const row = damaged({
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
          const { points, errors } = parseSeries(envelopeOf({ list }), "/v5/market/open-interest", "timestamp", read);
          expectFinite([points.flatMap(({ timeMs, value }) => [timeMs, value])]);
          expect(points.length + errors.count()).toBe(list.length);
        }
      }),
      { numRuns: propertyRuns({ quick: 250, thorough: 5000 }) },
    );
  });
});
