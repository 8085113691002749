import { computeMarketFigures, findMovers, type MarketFigures, type Ticker } from "@pulseboard/engine";
import type { MarketBreadthCore, MarketOverviewCore, Missing, MoverCore } from "@pulseboard/snapshot";
import { MOVERS_LIMIT } from "@pulseboard/snapshot";
import { type Part, type Provenance, reasonsForNulls } from "./part.ts";
import { round, roundOrNull } from "./rounding.ts";

/** The state of the market as one ticker call gave it. */
export interface Tickers {
  /** Eligible symbols with a valid row. */
  readonly tickers: readonly Ticker[];
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  /** How many eligible symbols there are. */
  readonly expected: number;
}

/** What the tickers alone say of the overview. */
export interface OverviewFacts {
  readonly overview: Pick<
    MarketOverviewCore,
    "trend_strength" | "market_dispersion" | "btc_price" | "total_volume_24h" | "average_change"
  >;
  readonly breadth: MarketBreadthCore;
}

export interface MoversFacts {
  readonly gainers: readonly MoverCore[];
  readonly losers: readonly MoverCore[];
}

/** Share of the eligible symbols that sums and counts over all of them must rest on. */
const LEAST_SHARE = 0.9;

/** How many rows have the figures that the market's sums and counts are made of. */
function wholeRows({ tickers }: Tickers): number {
  return tickers.filter(
    (ticker) => ticker.change24hPercent !== null && ticker.turnover24hUsd !== null && ticker.openInterestUsd !== null,
  ).length;
}

/** Whether sums and counts over these tickers speak for the market: over half of it they would be other figures. */
export function speaksForTheMarket(tickers: Tickers): boolean {
  return wholeRows(tickers) >= LEAST_SHARE * tickers.expected;
}

/** Where a part that was made of `tickers` comes from. */
export function tickersProvenance(tickers: Tickers, source: string): Provenance {
  const { asOfMs, expected } = tickers;
  const received = wholeRows(tickers);
  return { asOfMs, source, stale: false, expected, received, reason: received < expected ? "not_provided" : null };
}

/** Overview and breadth of all eligible symbols. */
export function overviewPart(tickers: Tickers, source: string): Part<OverviewFacts> {
  const figures = computeMarketFigures(tickers.tickers);
  const overview = {
    trend_strength: roundOrNull(figures.trendStrength, 2),
    market_dispersion: roundOrNull(figures.dispersionPercent, 4),
    btc_price: tickers.tickers.find(({ symbol }) => symbol === "BTCUSDT")?.lastPrice ?? null,
    total_volume_24h: roundOrNull(figures.totalTurnover24hUsd, 2),
    average_change: roundOrNull(figures.averageChangePercent, 4),
  };
  const breadth = breadthFacts(figures);
  return {
    value: { overview, breadth },
    missing: overviewReasons(overview, breadth),
    provenance: tickersProvenance(tickers, source),
  };
}

/** Nobody moved is no activity; a figure that no row had was not provided. */
function overviewReasons(overview: OverviewFacts["overview"], breadth: MarketBreadthCore): Missing {
  const nobodyMoved = (breadth.flat ?? 0) > 0;
  const needsMoves = new Set(["trend_strength", "breadth_percentage", "sentiment"]);
  const reason = (name: string) => (needsMoves.has(name) && nobodyMoved ? "no_activity" : "not_provided");
  return {
    ...reasonsForNulls("market_overview", overview, reason),
    ...reasonsForNulls("market_breadth", breadth, reason),
  };
}

function breadthFacts({ breadth }: MarketFigures): MarketBreadthCore {
  return {
    up: breadth.advancing,
    down: breadth.declining,
    flat: breadth.flat,
    breadth_percentage: roundOrNull(breadth.advancingPercent, 2),
    sentiment: breadth.sentiment,
  };
}

/** The biggest gainers and losers with at least `minTurnoverUsd` in 24 h. */
export function moversPart(tickers: Tickers, minTurnoverUsd: number, source: string): Part<MoversFacts> {
  const movers = findMovers(tickers.tickers, { minTurnoverUsd, limit: MOVERS_LIMIT });
  return {
    value: { gainers: movers.gainers.flatMap(moverFacts), losers: movers.losers.flatMap(moverFacts) },
    missing: {},
    provenance: tickersProvenance(tickers, source),
  };
}

/** A mover has a change that is more than a rounding error, and a turnover. */
function moverFacts({ symbol, lastPrice, change24hPercent, turnover24hUsd }: Ticker): readonly MoverCore[] {
  const change = roundOrNull(change24hPercent, 6);
  if (change === null || change === 0 || turnover24hUsd === null) {
    return [];
  }
  return [{ symbol, price: lastPrice, change_24h: change, volume_24h: round(turnover24hUsd, 2) }];
}
