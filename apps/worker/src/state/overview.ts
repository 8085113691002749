import { computeMarketFigures, findMovers, type MarketFigures, type Ticker } from "@pulseboard/engine";
import { type MarketBreadthFields, type Missing, MOVERS_LIMIT, type MoverFields } from "@pulseboard/snapshot";
import type { MoversFields, OverviewFields, Provenance, Section, Tickers } from "./market-state.ts";
import { round, roundOrNull } from "./rounding.ts";
import { reasonsForNulls } from "./section.ts";

/** Sums and counts over the market need at least this share of the eligible symbols. */
const LEAST_SHARE = 0.9;

/** How many rows have all figures that the sums and counts over the market need. */
function completeRows({ tickers }: Tickers): number {
  return tickers.filter(
    (ticker) => ticker.change24hPercent !== null && ticker.turnover24hUsd !== null && ticker.openInterestUsd !== null,
  ).length;
}

/** Tells whether these tickers cover enough of the market: sums and counts over half of it would be other figures. */
export function coversTheMarket(tickers: Tickers): boolean {
  return completeRows(tickers) >= LEAST_SHARE * tickers.expected;
}

/** The provenance of a section that is computed from `tickers`. */
export function tickersProvenance(tickers: Tickers, source: string): Provenance {
  const { asOfMs, expected } = tickers;
  const received = completeRows(tickers);
  return { asOfMs, source, stale: false, expected, received, reason: received < expected ? "not_provided" : null };
}

/** Overview and breadth of all eligible symbols. */
export function overviewSection(tickers: Tickers, source: string): Section<OverviewFields> {
  const figures = computeMarketFigures(tickers.tickers);
  const overview = {
    trend_strength: roundOrNull(figures.trendStrength, 2),
    market_dispersion: roundOrNull(figures.dispersionPercent, 4),
    btc_price: tickers.tickers.find(({ symbol }) => symbol === "BTCUSDT")?.lastPrice ?? null,
    total_volume_24h: roundOrNull(figures.totalTurnover24hUsd, 2),
    average_change: roundOrNull(figures.averageChangePercent, 4),
  };
  const breadth = breadthFields(figures);
  return {
    value: { overview, breadth },
    missing: overviewReasons(overview, breadth),
    provenance: tickersProvenance(tickers, source),
  };
}

/** "no_activity" where all symbols stand still; a figure that no row has was not provided. */
function overviewReasons(overview: OverviewFields["overview"], breadth: MarketBreadthFields): Missing {
  const nobodyMoved = (breadth.flat ?? 0) > 0;
  const needsMoves = new Set(["trend_strength", "breadth_percentage", "sentiment"]);
  const reason = (name: string) => (needsMoves.has(name) && nobodyMoved ? "no_activity" : "not_provided");
  return {
    ...reasonsForNulls("market_overview", overview, reason),
    ...reasonsForNulls("market_breadth", breadth, reason),
  };
}

function breadthFields({ breadth }: MarketFigures): MarketBreadthFields {
  return {
    up: breadth.advancing,
    down: breadth.declining,
    flat: breadth.flat,
    breadth_percentage: roundOrNull(breadth.advancingPercent, 2),
    sentiment: breadth.sentiment,
  };
}

/** The biggest gainers and losers with at least `minTurnoverUsd` in 24 h. */
export function moversSection(tickers: Tickers, minTurnoverUsd: number, source: string): Section<MoversFields> {
  const movers = findMovers(tickers.tickers, { minTurnoverUsd, limit: MOVERS_LIMIT });
  return {
    value: { gainers: movers.gainers.flatMap(moverFields), losers: movers.losers.flatMap(moverFields) },
    missing: {},
    provenance: tickersProvenance(tickers, source),
  };
}

/** Leaves out a symbol whose change rounds to 0, and one of unknown turnover. */
function moverFields({ symbol, lastPrice, change24hPercent, turnover24hUsd }: Ticker): readonly MoverFields[] {
  const change = roundOrNull(change24hPercent, 6);
  if (change === null || change === 0 || turnover24hUsd === null) {
    return [];
  }
  return [{ symbol, price: lastPrice, change_24h: change, volume_24h: round(turnover24hUsd, 2) }];
}
