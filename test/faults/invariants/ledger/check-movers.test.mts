import { describe, expect, it } from "vitest";
import { checkMovers } from "./check-movers.mts";
import type { LedgerRow, MarketLedger } from "./market-ledger.mts";

const SECOND = 1_780_000_000;
const OVERTAKEN_AT_MS = SECOND * 1000 + 400;

const row = (symbol: string, changePercent: number, turnoverUsd: number): LedgerRow => ({
  ...{ symbol, changePercent, turnoverUsd, price: 1, high: 1, low: 1, openInterestUsd: 1 },
  ...{ fundingRate8h: 0, mark: 1, index: 1 },
});

const changeOf = (symbol: string): number => -1 - "ABCDEF".indexOf(symbol);

/** A is among the worst five, until it rises above B. */
const ledger: MarketLedger = {
  symbols: ["A", "B", "C", "D", "E", "F"],
  answer: () => {
    throw new Error("not asked");
  },
  rowAt: (symbol, timeMs) => {
    const before = symbol === "A" && timeMs < OVERTAKEN_AT_MS;
    return row(symbol, before ? -2.5 : changeOf(symbol), 1e6);
  },
  spanOf: (second) => ({ fromMs: second * 1000, toMs: second * 1000 + 999 }),
};

const documentWith = (...losers: string[]) => ({
  top_movers: {
    gainers: [],
    losers: losers.map((symbol) => {
      const change = changeOf(symbol);
      return {
        ...{ symbol, display_symbol: symbol, price: 1, change, change_24h: change, price_change_percent: change },
        ...{ percentage: change, volume: 1e6, volume_24h: 1e6 },
      };
    }),
  },
  sections: { movers: { as_of: SECOND, source: "simulator", stale: false, expected: 6, received: 6 } },
});

describe("movers", () => {
  it("are right if they were at any moment that their figures allow", () => {
    expect(checkMovers(documentWith("F", "E", "D", "C", "B"), ledger)).toEqual([]);
  });

  it("are wrong if they never were", () => {
    expect(checkMovers(documentWith("F", "E", "D", "B", "C"), ledger).join("; ")).toContain("losers are F E D B C");
  });
});
