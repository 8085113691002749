import type { Ticker } from "@pulseboard/engine";
import { isRecord } from "../transport/envelope.ts";
import type { Instrument } from "./instruments.ts";
import { MAX_PRICE_USD, MAX_QUANTITY, MIN_PRICE_USD, readNumber, readPrice } from "./numbers.ts";
import { type RowDefects, show } from "./row-defects.ts";

/** Beyond these a figure says more about the row than about the market. */
const MAX_CHANGE_PERCENT = 100_000;
const MAX_FUNDING_RATE = 0.5;
const MIN_FUNDING_INTERVAL_HOURS = 1 / 60;
const MAX_FUNDING_INTERVAL_HOURS = 7 * 24;

/**
 * The ticker of an eligible row. What the exchange leaves open is null; what it gives but cannot be true is null too,
 * and counted. Null for a row without a usable last price (counted): there is nothing to show of it.
 */
export function parseTicker(row: unknown, instrument: Instrument, defects: RowDefects): Ticker | null {
  if (!isRecord(row)) {
    return null;
  }
  const { symbol } = instrument;
  const lastPrice = readPrice(row.lastPrice);
  if (lastPrice === undefined) {
    defects.add(`lastPrice of ${symbol} is ${show(row.lastPrice)}`);
    return null;
  }
  const read = (field: string, min: number, max: number) => {
    const value = readNumber(row[field]);
    if (value === null || (value !== undefined && value >= min && value <= max)) {
      return value;
    }
    defects.add(`${field} of ${symbol} is ${show(row[field])}`);
    return null;
  };
  const price = (field: string) => read(field, MIN_PRICE_USD, MAX_PRICE_USD);
  const quantity = (field: string) => read(field, 0, MAX_QUANTITY);

  const price24hAgo = price("prevPrice24h");
  const changeFraction = read("price24hPcnt", -1, MAX_CHANGE_PERCENT / 100);
  const [low24h, high24h] = ordered(price("lowPrice24h"), price("highPrice24h"), "lowPrice24h", symbol, defects);
  const [bidPrice, askPrice] = ordered(
    quote(row, "bid1Price", price),
    quote(row, "ask1Price", price),
    "bid1Price",
    symbol,
    defects,
  );
  const fundingRate = read("fundingRate", -MAX_FUNDING_RATE, MAX_FUNDING_RATE);
  const fundingIntervalHours =
    read("fundingIntervalHour", MIN_FUNDING_INTERVAL_HOURS, MAX_FUNDING_INTERVAL_HOURS) ??
    instrument.fundingIntervalHours;
  const nextFundingAtMs = read("nextFundingTime", 0, Number.MAX_SAFE_INTEGER);

  return {
    symbol,
    baseCoin: instrument.baseCoin,
    lastPrice,
    markPrice: price("markPrice"),
    indexPrice: price("indexPrice"),
    price24hAgo,
    change24hPercent: changeFraction === null ? null : changeFraction * 100,
    high24h,
    low24h,
    volume24hBase: quantity("volume24h"),
    turnover24hUsd: quantity("turnover24h"),
    // The exchange's older figure counts both sides of every contract.
    openInterestBase: quantity("singleOpenInterest") ?? half(quantity("openInterest")),
    openInterestUsd: quantity("singleOpenInterestValue") ?? half(quantity("openInterestValue")),
    fundingRate8h: normaliseFunding(fundingRate, fundingIntervalHours),
    fundingIntervalHours,
    // "0" is how a contract without funding says so.
    nextFundingAtMs: nextFundingAtMs === 0 ? null : nextFundingAtMs,
    bidPrice,
    askPrice,
  };
}

/** Fraction per 8 h; null when either is unknown. */
export function normaliseFunding(rate: number | null, intervalHours: number | null): number | null {
  return rate === null || intervalHours === null ? null : (rate * 8) / intervalHours;
}

/** "0" is an empty side of the book, not a defect. */
function quote(row: Readonly<Record<string, unknown>>, field: string, price: (field: string) => number | null) {
  return readNumber(row[field]) === 0 ? null : price(field);
}

/** Both, or neither when the lower is above the upper: there is no telling which is wrong. */
function ordered(
  lower: number | null,
  upper: number | null,
  lowerField: string,
  symbol: string,
  defects: RowDefects,
): readonly [number | null, number | null] {
  if (lower === null || upper === null || lower <= upper) {
    return [lower, upper];
  }
  defects.add(`${lowerField} of ${symbol} is ${lower}, above its counterpart ${upper}`);
  return [null, null];
}

function half(value: number | null): number | null {
  return value === null ? null : value / 2;
}
