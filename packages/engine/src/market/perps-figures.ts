import type { Ticker } from "../domain/market-data.ts";
import type { PerpsFigures } from "../domain/market-figures.ts";

/** Funding, basis, open interest and turnover of all eligible perpetuals together. */
export function computePerpsFigures(tickers: readonly Ticker[]): PerpsFigures {
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

function basisPercentOf({ markPrice, indexPrice }: Ticker): number | null {
  return markPrice === null || indexPrice === null || indexPrice <= 0
    ? null
    : ((markPrice - indexPrice) / indexPrice) * 100;
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
