import type { Candle } from "../market/candle.ts";
import type { CandleHistory } from "../market/candle-history.ts";
import { formatSteps } from "../market/contract.ts";
import { isInterval } from "../market/interval.ts";
import { trimmed, turnoverOf } from "./format.ts";
import { categoryOf, limitOf, rejectParameter, type SimulatedRequest, symbolMarketOf, timeOf } from "./request.ts";

/** `/v5/market/kline`: newest first, the first one still open; start, open, high, low, close, volume, turnover. */
export function kline(request: SimulatedRequest) {
  const symbol = symbolMarketOf(request);
  const { contract } = symbol;
  const row = (candle: Candle) => [
    String(candle.openTimeMs),
    ...pricesOf(candle).map((ticks) => formatSteps(ticks, contract.tick)),
    trimmed(candle.volume * contract.quantityStep.size, contract.quantityStep.decimals),
    trimmed(turnoverOf(candle.turnoverTimes3, contract), 4),
  ];
  return { ...headOf(request), list: candlesOf(symbol.history, request).map(row) };
}

/** `/v5/market/mark-price-kline`: the same without volume and turnover. */
export function markPriceKline(request: SimulatedRequest) {
  const { mark, referenceStep } = symbolMarketOf(request);
  const row = (candle: Candle) => [
    String(candle.openTimeMs),
    ...pricesOf(candle).map((steps) => formatSteps(steps, referenceStep)),
  ];
  return { ...headOf(request), list: candlesOf(mark, request).map(row) };
}

/** `/v5/market/index-price-kline`: of the price of the coin itself. */
export function indexPriceKline(request: SimulatedRequest) {
  const { index, referenceStep } = symbolMarketOf(request);
  const row = (candle: Candle) => [
    String(candle.openTimeMs),
    ...pricesOf(candle).map((steps) => formatSteps(steps, referenceStep)),
  ];
  return { ...headOf(request), list: candlesOf(index, request).map(row) };
}

function pricesOf({ open, high, low, close }: Candle): readonly number[] {
  return [open, high, low, close];
}

function headOf({ query }: SimulatedRequest) {
  return { symbol: query.get("symbol"), category: categoryOf(query, "linear") };
}

function candlesOf(history: CandleHistory, { query, visibleMs }: SimulatedRequest): Candle[] {
  const interval = query.get("interval") ?? "";
  if (!isInterval(interval)) {
    throw rejectParameter("interval invalid");
  }
  const startMs = timeOf(query, "start");
  const endMs = timeOf(query, "end");
  return history.candles(
    {
      interval,
      limit: limitOf(query, 200, 1000),
      ...(startMs === undefined ? {} : { startMs }),
      ...(endMs === undefined ? {} : { endMs }),
    },
    visibleMs,
  );
}
