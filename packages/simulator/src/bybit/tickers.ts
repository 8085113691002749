import { orderBookAt } from "../market/book.ts";
import type { DayFigures } from "../market/candle-history.ts";
import { formatSteps } from "../market/contract.ts";
import type { SymbolMarket } from "../market/symbol-market.ts";
import { DAY_MS } from "../market/time.ts";
import { trimmed, turnoverOf } from "./format.ts";
import { nextSettlementMs } from "./funding-schedule.ts";
import { categoryOf, isListed, type SimulatedRequest, symbolMarketOf } from "./request.ts";

/** `/v5/market/tickers`: one contract, or all of them in one answer, sorted by name. */
export function tickers(request: SimulatedRequest) {
  const { query, market, visibleMs } = request;
  const category = categoryOf(query);
  const single = query.get("symbol") ?? "";
  const wanted = single !== "" ? [symbolMarketOf(request)] : category === "linear" ? market.symbols : [];
  const list = wanted.filter((symbol) => isListed(symbol, visibleMs)).map((symbol) => tickerOf(symbol, visibleMs));
  return { category, list };
}

/**
 * The 24 h figures are those of the candles: high, low, volume and turnover over the 1440 closed minutes before the
 * current one and the known part of that one; prevPrice24h is the price at which the first of them opened.
 */
function tickerOf(symbol: SymbolMarket, nowMs: number): Record<string, string> {
  const figures = symbol.history.dayFigures(nowMs);
  return {
    symbol: symbol.contract.symbol,
    ...(figures === undefined ? WITHOUT_PRICE : priceFields(symbol, figures, nowMs)),
    ...contractFields(symbol, figures, nowMs),
  };
}

/** A contract in its call auction has not traded. */
const WITHOUT_PRICE = {
  lastPrice: "",
  indexPrice: "",
  markPrice: "",
  prevPrice24h: "",
  price24hPcnt: "",
  highPrice24h: "",
  lowPrice24h: "",
  prevPrice1h: "",
  openInterest: "0",
  openInterestValue: "0.00",
  singleOpenInterest: "0",
  singleOpenInterestValue: "0.00",
  turnover24h: "0.0000",
  volume24h: "0.0000",
  bid1Price: "",
  bid1Size: "",
  ask1Price: "",
  ask1Size: "",
};

function priceFields(symbol: SymbolMarket, figures: DayFigures, nowMs: number): Record<string, string> {
  const { contract, referenceStep, positioning } = symbol;
  const { last, day } = figures;
  const price = (ticks: number) => formatSteps(ticks, contract.tick);
  const quantity = (steps: number) => formatSteps(steps, contract.quantityStep);
  const book = orderBookAt(symbol, nowMs, 1);
  const [bidPrice, bidSize] = book?.bids[0] ?? [last.close, 0];
  const [askPrice, askSize] = book?.asks[0] ?? [last.close, 0];
  const mark = symbol.mark.currentMinute(nowMs)?.close ?? 0;
  const index = symbol.index.currentMinute(nowMs)?.close ?? 0;
  const openInterest = positioning.openInterest(nowMs);
  const openInterestUsd = openInterest * contract.quantityStep.size * mark * referenceStep.size;
  return {
    lastPrice: price(last.close),
    indexPrice: formatSteps(index, referenceStep),
    markPrice: formatSteps(mark, referenceStep),
    prevPrice24h: price(figures.previousPrice),
    price24hPcnt: trimmed(last.close / figures.previousPrice - 1, 6),
    highPrice24h: price(day.high),
    lowPrice24h: price(day.low),
    prevPrice1h: price(figures.previousHourPrice),
    openInterest: quantity(openInterest),
    openInterestValue: openInterestUsd.toFixed(2),
    singleOpenInterest: quantity(openInterest / 2),
    singleOpenInterestValue: (openInterestUsd / 2).toFixed(2),
    turnover24h: turnoverOf(day.turnoverTimes3, contract).toFixed(4),
    volume24h: (day.volume * contract.quantityStep.size).toFixed(4),
    bid1Price: price(bidPrice),
    bid1Size: quantity(bidSize),
    ask1Price: price(askPrice),
    ask1Size: quantity(askSize),
  };
}

function contractFields(symbol: SymbolMarket, figures: DayFigures | undefined, nowMs: number): Record<string, string> {
  const { contract, positioning } = symbol;
  const isAuction = contract.preListing === "CallAuction";
  const common = {
    deliveryTime: String(contract.deliveryTimeMs),
    preOpenPrice: isAuction ? formatSteps(symbol.liquidity.usualPrice / contract.tick.size, contract.tick) : "",
    preQty: isAuction ? "125000" : "",
    curPreListingPhase: contract.preListing ?? "",
    fundingCap: contract.fundingIntervalHours === 0 ? "" : String(contract.fundingCap),
  };
  if (contract.contractType === "LinearFutures") {
    const premium = positioning.premium(nowMs) + (figures === undefined ? 0 : contango(symbol, nowMs));
    const lastPrice = (figures?.last.close ?? 0) * contract.tick.size;
    return {
      ...common,
      fundingRate: "",
      nextFundingTime: "0",
      predictedDeliveryPrice: "0.00",
      basis: (lastPrice * premium).toFixed(2),
      basisRate: trimmed(premium, 8),
      basisRateYear: trimmed((premium * 365 * DAY_MS) / (contract.deliveryTimeMs - nowMs), 8),
      deliveryFeeRate: "0.0005",
      fundingIntervalHour: "",
    };
  }
  const next = nextSettlementMs(contract.fundingIntervalHours, nowMs);
  return {
    ...common,
    fundingRate: isAuction ? "" : trimmed(positioning.fundingRate(nowMs), 8),
    nextFundingTime: isAuction ? "0" : String(next),
    predictedDeliveryPrice: "",
    basis: "",
    basisRate: "",
    basisRateYear: "",
    deliveryFeeRate: "",
    fundingIntervalHour: String(contract.fundingIntervalHours),
  };
}

/** Premium of a dated future over the index: 5 % a year. */
function contango({ contract }: SymbolMarket, nowMs: number): number {
  return (0.05 * (contract.deliveryTimeMs - nowMs)) / (365 * DAY_MS);
}
