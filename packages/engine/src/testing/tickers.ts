import type { Ticker } from "../domain/market-data.ts";

/** A ticker whose figures are all unknown except the given ones. */
export function createTicker(symbol: string, known: Partial<Ticker> = {}): Ticker {
  return {
    symbol,
    baseCoin: symbol.replace("USDT", ""),
    lastPrice: 1,
    markPrice: null,
    indexPrice: null,
    price24hAgo: null,
    change24hPercent: null,
    high24h: null,
    low24h: null,
    volume24hBase: null,
    turnover24hUsd: null,
    openInterestBase: null,
    openInterestUsd: null,
    fundingRate8h: null,
    fundingIntervalHours: null,
    nextFundingAtMs: null,
    bidPrice: null,
    askPrice: null,
    ...known,
  };
}
