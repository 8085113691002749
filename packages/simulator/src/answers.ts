import { answerExchange } from "./bybit/exchange.ts";
import type { AnswerMoment } from "./faults/fault.ts";
import type { Market } from "./market/market.ts";
import { createMarket, type MarketChoice } from "./market-choice.ts";
import { answerReference } from "./reference/reference-data.ts";

/** The body of the answer at `endpoint`, with the figures of one moment under the date of another or the same. */
export function answerAt(
  market: Market,
  endpoint: string,
  query: URLSearchParams,
  { stateMs, timeMs }: AnswerMoment,
): object {
  const visibleMs = market.visibleMs(stateMs);
  return answerReference(endpoint, market, visibleMs) ?? answerExchange(endpoint, { query, market, timeMs, visibleMs });
}

/** What a simulator of one market answers, at any market time, without being asked: a market is a function of seed and time. */
export interface Ledger {
  /** @param path with its query, "/v5/market/tickers?category=linear" */
  answer(path: string, timeMs: number): object;
}

/** @param startAtMs as of the simulator's start, Unix ms; of a generated market @throws RecordingError */
export function openLedger(choice: MarketChoice, startAtMs: number): Ledger {
  const market = createMarket(choice, startAtMs);
  return {
    answer: (path, timeMs) => {
      const { pathname, searchParams } = new URL(path, "http://ledger");
      return answerAt(market, pathname, searchParams, { stateMs: timeMs, timeMs });
    },
  };
}
