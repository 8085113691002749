import type { Ticker } from "@pulseboard/engine";
import { isRecord } from "@pulseboard/runtime";
import { normaliseFunding } from "../collectors/funding-rate.ts";
import { badBody } from "../errors/exchange-error.ts";
import { createRowErrors, preview, type RowErrors } from "../errors/row-errors.ts";
import type { Instrument, TickerPage } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { MAX_PRICE_USD, MAX_QUANTITY, MIN_PRICE_USD, readNumber, readPrice } from "./numbers.ts";

export const TICKERS = "/v5/market/tickers";

/** A figure beyond these is a damaged row rather than a market event. */
const MAX_CHANGE_PERCENT = 100_000;
const MAX_FUNDING_RATE = 0.5;
const MIN_FUNDING_INTERVAL_HOURS = 1 / 60;
const MAX_FUNDING_INTERVAL_HOURS = 7 * 24;

/**
 * The tickers of the eligible symbols.
 *
 * @throws ExchangeError for an answer without a list, or without one usable row of an eligible symbol
 */
export function parseTickers(envelope: Envelope, instruments: ReadonlyMap<string, Instrument>): TickerPage {
  const errors = createRowErrors();
  const tickers = new Map<string, Ticker>();
  for (const row of readList(TICKERS, envelope)) {
    const symbol = isRecord(row) ? row.symbol : undefined;
    if (typeof symbol !== "string" || symbol === "") {
      errors.add(`the symbol of a row is ${preview(symbol)}`);
      continue;
    }
    const instrument = instruments.get(symbol);
    if (instrument === undefined) {
      continue;
    }
    if (tickers.has(symbol)) {
      errors.add(`${symbol} appears twice`);
      continue;
    }
    const ticker = parseTicker(row, instrument, errors);
    if (ticker !== null) {
      tickers.set(symbol, ticker);
    }
  }
  if (tickers.size === 0) {
    throw badBody(TICKERS, "not one eligible symbol has a usable row");
  }
  return {
    asOfMs: envelope.timeMs,
    tickers: [...tickers.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)),
    errors,
  };
}

/**
 * The ticker of an eligible row. A figure that is not given is null; an impossible one is null too, and counted.
 * A row without a usable last price is useless: it is counted, and the result is null.
 */
function parseTicker(row: unknown, instrument: Instrument, errors: RowErrors): Ticker | null {
  if (!isRecord(row)) {
    return null;
  }
  const { symbol } = instrument;
  const lastPrice = readPrice(row.lastPrice);
  if (lastPrice === undefined) {
    errors.add(`lastPrice of ${symbol} is ${preview(row.lastPrice)}`);
    return null;
  }
  const read = (field: string, min: number, max: number) => {
    const value = readNumber(row[field]);
    if (value === null || (value !== undefined && value >= min && value <= max)) {
      return value;
    }
    errors.add(`${field} of ${symbol} is ${preview(row[field])}`);
    return null;
  };
  const price = (field: string) => read(field, MIN_PRICE_USD, MAX_PRICE_USD);
  const quantity = (field: string) => read(field, 0, MAX_QUANTITY);

  const price24hAgo = price("prevPrice24h");
  const changeFraction = read("price24hPcnt", -1, MAX_CHANGE_PERCENT / 100);
  const [low24h, high24h] = ordered(price("lowPrice24h"), price("highPrice24h"), "lowPrice24h", symbol, errors);
  const [bidPrice, askPrice] = ordered(
    quote(row, "bid1Price", price),
    quote(row, "ask1Price", price),
    "bid1Price",
    symbol,
    errors,
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
    // The older figure counts both sides of every contract.
    openInterestBase: quantity("singleOpenInterest") ?? half(quantity("openInterest")),
    openInterestUsd: quantity("singleOpenInterestValue") ?? half(quantity("openInterestValue")),
    fundingRate8h: normaliseFunding(fundingRate, fundingIntervalHours),
    fundingIntervalHours,
    // A contract without funding has "0".
    nextFundingAtMs: nextFundingAtMs === 0 ? null : nextFundingAtMs,
    bidPrice,
    askPrice,
  };
}

/** "0" stands for an empty side of the book, which is not an error. */
function quote(row: Readonly<Record<string, unknown>>, field: string, price: (field: string) => number | null) {
  return readNumber(row[field]) === 0 ? null : price(field);
}

/** Both figures, or neither when the lower one is above the upper one, because nothing tells which is wrong. */
function ordered(
  lower: number | null,
  upper: number | null,
  lowerField: string,
  symbol: string,
  errors: RowErrors,
): readonly [number | null, number | null] {
  if (lower === null || upper === null || lower <= upper) {
    return [lower, upper];
  }
  errors.add(`${lowerField} of ${symbol} is ${lower}, above its counterpart ${upper}`);
  return [null, null];
}

function half(value: number | null): number | null {
  return value === null ? null : value / 2;
}
