/** The public endpoints that we read, and ccxt's method for each. */
export const ENDPOINTS = {
  "/v5/market/time": "publicGetV5MarketTime",
  "/v5/market/instruments-info": "publicGetV5MarketInstrumentsInfo",
  "/v5/market/tickers": "publicGetV5MarketTickers",
  "/v5/market/kline": "publicGetV5MarketKline",
  "/v5/market/orderbook": "publicGetV5MarketOrderbook",
  "/v5/market/recent-trade": "publicGetV5MarketRecentTrade",
  "/v5/market/open-interest": "publicGetV5MarketOpenInterest",
  "/v5/market/account-ratio": "publicGetV5MarketAccountRatio",
  "/v5/market/funding/history": "publicGetV5MarketFundingHistory",
} as const;

export type Endpoint = keyof typeof ENDPOINTS;
export type QueryParams = Readonly<Record<string, string | number>>;
