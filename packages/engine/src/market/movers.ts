import type { Ticker } from "../domain/market-data.ts";
import type { Movers } from "../domain/market-figures.ts";

export interface MoversOptions {
  /** A symbol with a smaller turnover in 24 h, or an unknown one, is left out. */
  readonly minTurnoverUsd: number;
  /** The most symbols on each side. */
  readonly limit: number;
}

/** The largest 24 h changes: gainers above 0, largest first; losers below 0, worst first; ties by name. */
export function findMovers(tickers: readonly Ticker[], { minTurnoverUsd, limit }: MoversOptions): Movers {
  const traded = tickers.filter((ticker) => ticker.turnover24hUsd !== null && ticker.turnover24hUsd >= minTurnoverUsd);
  const top = (direction: 1 | -1) =>
    traded
      .map((ticker) => ({ ticker, move: direction * (ticker.change24hPercent ?? 0) }))
      .filter(({ move }) => move > 0)
      .sort((a, b) => b.move - a.move || byName(a.ticker, b.ticker))
      .slice(0, limit)
      .map(({ ticker }) => ticker);
  return { gainers: top(1), losers: top(-1) };
}

function byName(a: Ticker, b: Ticker): number {
  if (a.symbol === b.symbol) {
    return 0;
  }
  return a.symbol < b.symbol ? -1 : 1;
}
