import type { Ticker } from "@pulseboard/engine";
import { describe, expect, it } from "vitest";
import { selectSymbols } from "./select-symbols.ts";

const ticker = (symbol: string, turnover24hUsd: number | null): Ticker => ({
  symbol,
  baseCoin: symbol,
  lastPrice: 1,
  markPrice: null,
  indexPrice: null,
  price24hAgo: null,
  change24hPercent: null,
  high24h: null,
  low24h: null,
  volume24hBase: null,
  turnover24hUsd,
  openInterestBase: null,
  openInterestUsd: null,
  fundingRate8h: null,
  fundingIntervalHours: null,
  nextFundingAtMs: null,
  bidPrice: null,
  askPrice: null,
});

/** S1 has the highest turnover, S2 the second highest ... */
const market = Array.from({ length: 20 }, (_, index) => ticker(`S${index + 1}`, 1000 - index)).toReversed();
const names = (tickers: readonly Ticker[]): string[] => tickers.map(({ symbol }) => symbol);

describe("selectSymbols", () => {
  it("selects the highest turnovers, highest first", () => {
    expect(names(selectSymbols(market, new Set(), 5))).toEqual(["S1", "S2", "S3", "S4", "S5"]);
  });

  it("keeps a symbol whose rank fell to at most 1.2 times the count", () => {
    expect(names(selectSymbols(market, new Set(["S6"]), 5))).toEqual(["S1", "S2", "S3", "S4", "S6"]);
    expect(names(selectSymbols(market, new Set(["S7"]), 5))).toEqual(["S1", "S2", "S3", "S4", "S5"]);
  });

  it("never exceeds the count, whichever symbols were scored before", () => {
    expect(selectSymbols(market, new Set(names(market)), 5)).toHaveLength(5);
  });

  it("never selects a symbol of unknown turnover", () => {
    expect(names(selectSymbols([ticker("A", null), ticker("B", 1)], new Set(["A"]), 5))).toEqual(["B"]);
  });
});
