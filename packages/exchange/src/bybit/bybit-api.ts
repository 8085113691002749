import { TIMEFRAME_MS, type Timeframe } from "@pulseboard/engine";
import type { ExchangeApi, ExchangeRequest } from "../gateway/exchange-api.ts";
import type { BybitClient } from "./client.ts";
import type { Endpoint, QueryParams } from "./endpoints.ts";
import type { Envelope } from "./envelope.ts";
import { ORDERBOOK, parseBook } from "./parse-book.ts";
import { KLINE, parseCandles } from "./parse-candles.ts";
import { INSTRUMENTS, parseInstruments } from "./parse-instruments.ts";
import { parseSeries, readFundingRate, readLongShare, readOpenInterest } from "./parse-series.ts";
import { parseTickers, TICKERS } from "./parse-tickers.ts";
import { parseTrades, RECENT_TRADE, TRADES_PER_PAGE } from "./parse-trades.ts";

const TIME = "/v5/market/time";
const OPEN_INTEREST = "/v5/market/open-interest";
const ACCOUNT_RATIO = "/v5/market/account-ratio";
const FUNDING_HISTORY = "/v5/market/funding/history";
const INSTRUMENTS_PER_PAGE = 1000;
/** On each side. Fewer levels are too near the mid price: 50 levels of BTC span 0.02 %. */
const BOOK_LEVELS = 500;
/** Bybit's names of the timeframes. */
const INTERVALS: Readonly<Record<Timeframe, string>> = { "1m": "1", "5m": "5", "30m": "30", "4h": "240" };

/** The linear perpetuals of Bybit. Closing the API closes the client. */
export function createBybitApi(client: BybitClient): ExchangeApi {
  const request = <T>(
    endpoint: Endpoint,
    params: QueryParams,
    parse: (envelope: Envelope) => T,
  ): ExchangeRequest<T> => ({
    endpoint,
    send: async (signal, check) => {
      const envelope = await client.get(endpoint, params, signal);
      check?.(envelope);
      return parse(envelope);
    },
  });
  const aboutLinear = { category: "linear" };
  const about = (symbol: string) => ({ ...aboutLinear, symbol });

  return {
    time: () => request(TIME, {}, ({ timeMs }) => timeMs),
    instruments: (cursor) =>
      request(
        INSTRUMENTS,
        { ...aboutLinear, limit: INSTRUMENTS_PER_PAGE, ...(cursor !== null && { cursor }) },
        parseInstruments,
      ),
    tickers: (instruments) => request(TICKERS, aboutLinear, (envelope) => parseTickers(envelope, instruments)),
    candles: (symbol, timeframe, count, closedByMs) =>
      request(
        KLINE,
        // `end` is the last start that is wanted: without it, one of the rows would be the candle still open.
        { ...about(symbol), interval: INTERVALS[timeframe], limit: count, end: closedByMs - 1 },
        (envelope) => parseCandles(envelope, symbol, TIMEFRAME_MS[timeframe], closedByMs),
      ),
    book: (symbol) =>
      request(ORDERBOOK, { ...about(symbol), limit: BOOK_LEVELS }, (envelope) => parseBook(envelope, symbol)),
    trades: (symbol) =>
      request(RECENT_TRADE, { ...about(symbol), limit: TRADES_PER_PAGE }, (envelope) => parseTrades(envelope, symbol)),
    openInterest: (symbol, count) =>
      request(OPEN_INTEREST, { ...about(symbol), intervalTime: "5min", limit: count }, (envelope) =>
        parseSeries(envelope, OPEN_INTEREST, "timestamp", readOpenInterest),
      ),
    longAccountShare: (symbol, count) =>
      request(ACCOUNT_RATIO, { ...about(symbol), period: "1h", limit: count }, (envelope) =>
        parseSeries(envelope, ACCOUNT_RATIO, "timestamp", readLongShare),
      ),
    fundingRates: (symbol, count) =>
      request(FUNDING_HISTORY, { ...about(symbol), limit: count }, (envelope) =>
        parseSeries(envelope, FUNDING_HISTORY, "fundingRateTimestamp", readFundingRate),
      ),
    close: () => client.close(),
  };
}
