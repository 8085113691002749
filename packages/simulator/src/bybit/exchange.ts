import { fundingHistory } from "./funding-history.ts";
import { instrumentsInfo } from "./instruments.ts";
import { indexPriceKline, kline, markPriceKline } from "./klines.ts";
import { orderbook } from "./orderbook.ts";
import { accountRatio, openInterest } from "./positions.ts";
import { recentTrade } from "./recent-trades.ts";
import { RequestRejected, type SimulatedRequest } from "./request.ts";
import { tickers } from "./tickers.ts";

const HANDLERS: Readonly<Record<string, (request: SimulatedRequest) => object>> = {
  "/v5/market/time": serverTime,
  "/v5/market/instruments-info": instrumentsInfo,
  "/v5/market/tickers": tickers,
  "/v5/market/kline": kline,
  "/v5/market/mark-price-kline": markPriceKline,
  "/v5/market/index-price-kline": indexPriceKline,
  "/v5/market/orderbook": orderbook,
  "/v5/market/recent-trade": recentTrade,
  "/v5/market/open-interest": openInterest,
  "/v5/market/account-ratio": accountRatio,
  "/v5/market/funding/history": fundingHistory,
};

export const EXCHANGE_ENDPOINTS: readonly string[] = Object.keys(HANDLERS);

/** Wraps every answer, including errors. */
export interface AnswerEnvelope {
  readonly retCode: number;
  readonly retMsg: string;
  readonly result: object;
  readonly retExtInfo: object;
  /** Unix ms, market time. */
  readonly time: number;
}

/** The answer of the endpoint; a rejected request has an answer too (HTTP 200 with a retCode). */
export function answerExchange(endpoint: string, request: SimulatedRequest): AnswerEnvelope {
  const handler = HANDLERS[endpoint];
  if (handler === undefined) {
    return errorAnswer(10017, "Route not found.", request.timeMs);
  }
  try {
    const result = handler(request);
    return { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: request.timeMs };
  } catch (error) {
    if (error instanceof RequestRejected) {
      return errorAnswer(error.retCode, error.message, request.timeMs);
    }
    throw error;
  }
}

export function errorAnswer(retCode: number, retMsg: string, timeMs: number): AnswerEnvelope {
  return { retCode, retMsg, result: {}, retExtInfo: {}, time: timeMs };
}

function serverTime({ timeMs }: SimulatedRequest) {
  return { timeSecond: String(Math.floor(timeMs / 1000)), timeNano: `${timeMs}000000` };
}
