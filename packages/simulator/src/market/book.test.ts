import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGeneratedMarket } from "../generated/generated-market.ts";
import { orderBookAt } from "./book.ts";
import { DAY_MS } from "./time.ts";

const START_MS = Date.UTC(2026, 5, 9);
const { symbols } = createGeneratedMarket(11, 300, START_MS);
const traded = symbols.filter(({ contract }) => contract.preListing !== "CallAuction");
const someSymbol = fc.constantFrom(...traded);
const someMoment = fc.integer({ min: START_MS, max: START_MS + DAY_MS });

function bookOf(symbol: (typeof traded)[number], nowMs: number, levels: number) {
  const book = orderBookAt(symbol, nowMs, levels);
  if (book === undefined) {
    throw new Error("no book");
  }
  return book;
}

describe("the order book", () => {
  test("is around the last price: the best bid or the best ask is the last price, and they do not cross", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, (symbol, nowMs) => {
        const last = symbol.history.currentMinute(nowMs)?.close;
        const { bids, asks } = bookOf(symbol, nowMs, 25);
        const [bid, ask] = [bids[0]?.[0] ?? 0, asks[0]?.[0] ?? 0];
        expect(bid).toBeLessThan(ask);
        expect([bid, ask]).toContain(last);
      }),
      { numRuns: propertyRuns({ quick: 50, thorough: 1000 }) },
    );
  });

  test("goes away from there, level by level, with something at each", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, fc.integer({ min: 1, max: 300 }), (symbol, nowMs, levels) => {
        const { bids, asks } = bookOf(symbol, nowMs, levels);
        expect(asks).toHaveLength(levels);
        expect(bids.length).toBeLessThanOrEqual(levels);
        const prices = [...bids.toReversed(), ...asks].map(([price]) => price);
        expect(prices).toEqual([...new Set(prices)].sort((a, b) => a - b));
        for (const [price, quantity] of [...bids, ...asks]) {
          expect(price).toBeGreaterThan(0);
          expect(quantity).toBeGreaterThanOrEqual(1);
          expect(Number.isInteger(quantity)).toBe(true);
        }
      }),
      { numRuns: propertyRuns({ quick: 25, thorough: 500 }) },
    );
  });

  test("has a thousand levels a side where there is room, and is the same for fewer", () => {
    const bitcoin = symbols.find(({ contract }) => contract.symbol === "BTCUSDT") ?? expect.fail();
    const deep = bookOf(bitcoin, START_MS, 1000);
    expect([deep.bids.length, deep.asks.length]).toEqual([1000, 1000]);
    expect(bookOf(bitcoin, START_MS, 50).bids).toEqual(deep.bids.slice(0, 50));
  });

  test("has much in common with itself a second later, and something new", () => {
    const bitcoin = symbols.find(({ contract }) => contract.symbol === "BTCUSDT") ?? expect.fail();
    const quantities = (nowMs: number) => new Map(bookOf(bitcoin, nowMs, 500).bids);
    const [before, after] = [quantities(START_MS + 20_000), quantities(START_MS + 21_000)];
    const kept = [...before].filter(([price]) => after.has(price));
    const same = kept.filter(([price, quantity]) => Math.abs((after.get(price) ?? 0) / quantity - 1) < 0.1);
    expect(kept.length).toBeGreaterThan(300);
    expect(same.length / kept.length).toBeGreaterThan(0.4);
    expect(same.length / kept.length).toBeLessThan(0.95);
  });

  test("leans to one side now and to the other then", () => {
    const leanings = Array.from({ length: 40 }, (_, index) => {
      const symbol = traded[(index * 7) % traded.length] ?? expect.fail();
      const { bids, asks } = bookOf(symbol, START_MS + index * 3_600_000, 100);
      const sum = (levels: typeof bids) => levels.reduce((total, [, quantity]) => total + quantity, 0);
      return sum(bids) / (sum(bids) + sum(asks));
    });
    expect(leanings.filter((share) => share > 0.55).length).toBeGreaterThan(4);
    expect(leanings.filter((share) => share < 0.45).length).toBeGreaterThan(4);
  });

  test("does not exist before the first trade", () => {
    const auction = symbols.find(({ contract }) => contract.preListing === "CallAuction") ?? expect.fail();
    expect(orderBookAt(auction, START_MS, 5)).toBeUndefined();
  });
});
