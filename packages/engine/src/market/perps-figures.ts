import { checkNumberOrNull, FINITE, isWithin, NOT_NEGATIVE } from "../checks/check-columns.ts";
import type { Ticker } from "../domain/market-data.ts";
import type { PerpsFigures } from "../domain/market-figures.ts";

/**
 * Funding, basis, open interest and turnover of all eligible perpetuals together.
 *
 * @throws EngineInputError for a figure that is neither null nor a finite number
 */
export function computePerpsFigures(tickers: readonly Ticker[]): PerpsFigures {
  for (const [index, ticker] of tickers.entries()) {
    for (const name of NOT_BELOW_0) {
      checkNumberOrNull(`tickers[${index}].${name}`, ticker[name], NOT_NEGATIVE);
    }
    checkNumberOrNull(`tickers[${index}].fundingRate8h`, ticker.fundingRate8h, FINITE);
  }
  const openInterests = tickers.map((ticker) => ticker.openInterestUsd).filter((usd) => usd !== null);
  const turnovers = tickers.map((ticker) => ticker.turnover24hUsd).filter((usd) => usd !== null);
  return {
    fundingRate8h: weightedByOpenInterest(tickers, (ticker) => ticker.fundingRate8h),
    basisPercent: weightedByOpenInterest(tickers, basisPercentOf),
    openInterestUsd: sumOrNull(openInterests),
    turnover24hUsd: sumOrNull(turnovers),
    contractCount: openInterests.length,
  };
}

const NOT_BELOW_0 = ["openInterestUsd", "turnover24hUsd", "markPrice", "indexPrice"] as const;

/** Unknown without a price, and beside an index of almost nothing. */
function basisPercentOf({ markPrice, indexPrice }: Ticker): number | null {
  if (markPrice === null || indexPrice === null || indexPrice <= 0) {
    return null;
  }
  const basisPercent = ((markPrice - indexPrice) / indexPrice) * 100;
  return isWithin(basisPercent, FINITE) ? basisPercent : null;
}

function weightedByOpenInterest(tickers: readonly Ticker[], figure: (ticker: Ticker) => number | null): number | null {
  let total = 0;
  let weights = 0;
  for (const ticker of tickers) {
    const value = figure(ticker);
    if (value === null || ticker.openInterestUsd === null) {
      continue;
    }
    total += value * ticker.openInterestUsd;
    weights += ticker.openInterestUsd;
  }
  return weights > 0 ? total / weights : null;
}

function sumOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
