import { generateMarket, known, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Book } from "../domain/market-data.ts";
import { atr as atrOf } from "../indicators/atr.ts";
import { last } from "../indicators/columns.ts";
import { scaleMarket } from "../testing/scale.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

const market = generateMarket({ seed: 8, price: 100, candles: 120, trades: 60 });
type Level = readonly [price: number, quantity: number];

describe("order book", () => {
  it("three times the quantity on the bid side gives +.5 in every rule", () => {
    const signals = signalsWith(bookOf(ladder(-1, 400, 3), ladder(1, 400, 1)));
    for (const rule of ["depth_near", "depth_far", "top_of_book", "microprice"]) {
      expect([rule, Number(signals[`orderbook.${rule}`]).toFixed(9)]).toEqual([rule, "0.500000000"]);
    }
  });

  it("a side with more levels has no advantage", () => {
    const signals = signalsWith(bookOf(ladder(-1, 400, 1), ladder(1, 200, 1)));
    expect(signals["orderbook.depth_far"]).toBeCloseTo(0, 9);
  });

  it("a spread of many ATR leaves the balance of the levels behind it, whatever the scale", () => {
    const atr = market.candles["5m"].known ? last(atrOf(market.candles["5m"].value, 14)) : Number.NaN;
    const side = (apart: number, sign: 1 | -1, quantity: number) =>
      Array.from({ length: 40 }, (_, i): Level => [100 + sign * (apart + 0.05 * i) * atr, quantity * (1 + (i % 7))]);
    for (const apart of [70, 74, 700]) {
      const whole = { ...market, book: known(bookOf(side(apart, -1, 3), side(apart, 1, 1)), 30_000) };
      for (const prices of [1, 3, 1e-3, 1.7e4]) {
        const signals = signalTable(scoreSymbol(scaleMarket(whole, { prices })));
        expect(signals["orderbook.depth_near"]).toBeCloseTo(0.5, 9);
        expect(signals["orderbook.depth_far"]).toBeCloseTo(0.5, 9);
      }
    }
  });

  it("a distant wall moves depth_far more than depth_near, and leaves the best levels alone", () => {
    const walled = ladder(-1, 400, 1).map(([price, quantity], i): Level => [price, i === 200 ? 400 : quantity]);
    const signals = signalsWith(bookOf(walled, ladder(1, 400, 1)));
    expect(Number(signals["orderbook.depth_far"])).toBeGreaterThan(Number(signals["orderbook.depth_near"]));
    expect(signals["orderbook.top_of_book"]).toBe(0);
  });

  it("a wall at the end of the book has almost no weight, so that the length of the book does not matter", () => {
    const walled = ladder(-1, 80, 1).map(([price, quantity], i): Level => [price, i === 78 ? 100 : quantity]);
    const signals = signalsWith(bookOf(walled, ladder(1, 80, 1)));
    expect(Math.abs(Number(signals["orderbook.depth_far"]))).toBeLessThan(0.01);
  });

  it.each<[string, Book, string]>([
    ["empty", bookOf([], []), "no_activity"],
    ["one-sided", bookOf(ladder(-1, 10, 1), []), "no_activity"],
    ["crossed", bookOf([[101, 1]], [[100, 1]]), "no_activity"],
  ])("a book that is %s gives no signal", (_name, book, reason) => {
    const signals = signalsWith(book);
    for (const rule of ["depth_near", "depth_far", "top_of_book", "microprice"]) {
      expect([rule, signals[`orderbook.${rule}`]]).toEqual([rule, reason]);
    }
  });

  it("a book of one level is too short for depth, but not for the best level", () => {
    const signals = signalsWith(bookOf(ladder(-1, 1, 2), ladder(1, 1, 1)));
    expect([signals["orderbook.depth_near"], signals["orderbook.depth_far"]]).toEqual(["too_short", "too_short"]);
    expect(signals["orderbook.microprice"]).toBeCloseTo(1 / 3, 12);
  });
});

describe("order flow imbalance", () => {
  it("is not provided: two snapshots of a book are not its events", () => {
    expect(signalsWith(bookOf(ladder(-1, 10, 1), ladder(1, 10, 2)))["orderbook.order_flow_imbalance"]).toBe(
      "not_provided",
    );
  });
});

function ladder(sign: 1 | -1, levels: number, quantity: number): readonly Level[] {
  return Array.from({ length: levels }, (_, i) => [100 + sign * 0.0005 * (i + 1), quantity]);
}

function bookOf(bids: readonly Level[], asks: readonly Level[]): Book {
  return {
    timeMs: MARKET_NOW_MS,
    bidPrice: Float64Array.from(bids, ([price]) => price),
    bidQuantityBase: Float64Array.from(bids, ([, quantity]) => quantity),
    askPrice: Float64Array.from(asks, ([price]) => price),
    askQuantityBase: Float64Array.from(asks, ([, quantity]) => quantity),
  };
}

function signalsWith(book: Book) {
  return signalTable(scoreSymbol({ ...market, book: known(book, 30_000) }));
}
