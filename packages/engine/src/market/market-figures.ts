import { checkNumberOrNull, FINITE, NOT_NEGATIVE } from "../checks/check-columns.ts";
import type { Ticker } from "../domain/market-data.ts";
import type { Breadth, MarketFigures } from "../domain/market-figures.ts";
import { mean, populationDeviation } from "../indicators/statistics.ts";

/** The lines of the market's figures, all in %. */
export const MARKET_FIGURES = {
  /** Changes are clipped to this for the dispersion, so that one coin does not make the whole market volatile. */
  clippedChange: 30,
  /** Share of the symbols with a direction that rise: from here on breadth is bullish, or up to there bearish. */
  bullishBreadth: 60,
  bearishBreadth: 40,
};

/**
 * Breadth, trend strength, dispersion, mean change and turnover of the eligible symbols' tickers.
 * A ticker whose change (or turnover) is unknown is left out of the figures that need it.
 *
 * @throws EngineInputError for a figure that is neither null nor a finite number
 */
export function computeMarketFigures(tickers: readonly Ticker[]): MarketFigures {
  for (const [index, { change24hPercent, turnover24hUsd }] of tickers.entries()) {
    checkNumberOrNull(`tickers[${index}].change24hPercent`, change24hPercent, FINITE);
    checkNumberOrNull(`tickers[${index}].turnover24hUsd`, turnover24hUsd, NOT_NEGATIVE);
  }
  const changes = tickers.map((ticker) => ticker.change24hPercent).filter((change) => change !== null);
  const turnovers = tickers.map((ticker) => ticker.turnover24hUsd).filter((turnover) => turnover !== null);
  const clipped = changes.map((change) =>
    Math.min(MARKET_FIGURES.clippedChange, Math.max(-MARKET_FIGURES.clippedChange, change)),
  );
  const breadth = breadthOf(changes);
  const { advancing, declining } = breadth;
  return {
    breadth,
    trendStrength:
      advancing + declining === 0 ? null : 50 + (50 * (advancing - declining)) / (advancing + declining + 1),
    dispersionPercent: populationDeviation(clipped),
    averageChangePercent: mean(changes),
    totalTurnover24hUsd: turnovers.length === 0 ? null : turnovers.reduce((sum, turnover) => sum + turnover, 0),
  };
}

function breadthOf(changes: readonly number[]): Breadth {
  const advancing = changes.filter((change) => change > 0).length;
  const declining = changes.filter((change) => change < 0).length;
  const advancingPercent = advancing + declining === 0 ? null : (advancing / (advancing + declining)) * 100;
  return {
    advancing,
    declining,
    flat: changes.length - advancing - declining,
    advancingPercent,
    sentiment: advancingPercent === null ? null : sentimentOf(advancingPercent),
  };
}

function sentimentOf(advancingPercent: number): "bullish" | "bearish" | "neutral" {
  if (advancingPercent >= MARKET_FIGURES.bullishBreadth) {
    return "bullish";
  }
  return advancingPercent <= MARKET_FIGURES.bearishBreadth ? "bearish" : "neutral";
}
