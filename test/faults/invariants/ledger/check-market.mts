import type { MobileSnapshot } from "@pulseboard/snapshot";
import { checkMovers } from "./check-movers.mts";
import { type Figure, type Mismatch, mismatches } from "./figures.mts";
import type { LedgerRow, MarketLedger } from "./market-ledger.mts";
import { subsetsOf } from "./subsets.mts";

const CLIP_PERCENT = 30;

/**
 * Overview, breadth, movers and perpetuals of a snapshot against the ledger, each at its own `as_of`.
 *
 * @param scored the symbols that are scored, which are likely to be those whose rows were usable
 */
export function checkMarket(
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  scored: readonly string[],
): readonly Mismatch[] {
  const { overview, perps } = snapshot.sections;
  const tried = { ledger, scored };
  return [
    ...checkSection("overview", overview, snapshot.market_overview.total_volume_24h, tried, (rows) =>
      overviewFigures(snapshot, rows),
    ),
    // Movers say no total; the overview's section has the same tickers, or they are looked at below.
    ...checkMovers(snapshot, ledger),
    ...checkSection("perps", perps, snapshot.perps.volume_24h, tried, (rows) => perpsFigures(snapshot, rows)),
  ];
}

interface SectionAge {
  readonly as_of: number | null;
  readonly expected: number;
  readonly received: number;
}

/**
 * Looks for a moment of the section's second at which the ledger has all its figures at once. What came closest is reported.
 *
 * @param turnover the sum that tells the moment: it only grows within a minute
 */
function checkSection(
  name: string,
  { as_of, expected, received }: SectionAge,
  turnover: number | null,
  { ledger, scored }: { readonly ledger: MarketLedger; readonly scored: readonly string[] },
  figuresOf: (rows: readonly LedgerRow[]) => readonly Figure[],
): readonly Mismatch[] {
  if (as_of === null) {
    return [];
  }
  if (turnover === null) {
    return [`${name}: has an as_of and no turnover`];
  }
  if (expected !== ledger.symbols.length) {
    return [`${name}: expects ${expected} symbols, and there are ${ledger.symbols.length}`];
  }
  const { ways, areAll } = subsetsOf(ledger.symbols, received, scored);
  let closest: readonly Mismatch[] = [`${name}: at no moment of ${as_of} was the turnover ${turnover}`];
  for (const symbols of ways) {
    const rowsAt = (timeMs: number) => symbols.map((symbol) => ledger.rowAt(symbol, timeMs));
    const span = ledger.spanOf(as_of, (timeMs) => sum(rowsAt(timeMs), (row) => row.turnoverUsd), turnover, 2);
    for (let timeMs = span?.fromMs ?? 0; span !== null && timeMs <= span.toMs; timeMs++) {
      const wrong = mismatches(name, figuresOf(rowsAt(timeMs)));
      if (wrong.length === 0) {
        return [];
      }
      closest = wrong;
    }
  }
  return areAll ? closest : [];
}

function overviewFigures(snapshot: MobileSnapshot, rows: readonly LedgerRow[]): readonly Figure[] {
  const { market_overview: overview, market_breadth: breadth } = snapshot;
  const changes = rows.map(({ changePercent }) => changePercent);
  const up = changes.filter((change) => change > 0).length;
  const down = changes.filter((change) => change < 0).length;
  const share = up + down === 0 ? null : (up / (up + down)) * 100;
  const clipped = changes.map((change) => Math.min(CLIP_PERCENT, Math.max(-CLIP_PERCENT, change)));
  const centre = mean(clipped);
  const dispersion = Math.sqrt(mean(clipped.map((change) => (change - centre) ** 2)));
  const bitcoin = rows.find(({ symbol }) => symbol === "BTCUSDT")?.price ?? null;
  const trend = up + down === 0 ? null : 50 + (50 * (up - down)) / (up + down + 1);
  return [
    { path: "btc_price", shown: overview.btc_price, exact: bitcoin, decimals: 10 },
    { path: "average_change", shown: overview.average_change, exact: mean(changes), decimals: 4 },
    { path: "market_dispersion", shown: overview.market_dispersion, exact: dispersion, decimals: 4 },
    { path: "trend_strength", shown: overview.trend_strength, exact: trend, decimals: 2 },
    { path: "up", shown: breadth.up, exact: up, decimals: 0 },
    { path: "down", shown: breadth.down, exact: down, decimals: 0 },
    { path: "flat", shown: breadth.flat, exact: changes.length - up - down, decimals: 0 },
    { path: "breadth_percentage", shown: breadth.breadth_percentage, exact: share, decimals: 2 },
    { path: "sentiment", shown: breadth.sentiment, exact: sentimentOf(share), decimals: 0 },
  ];
}

function sentimentOf(share: number | null): string | null {
  if (share === null) {
    return null;
  }
  return share >= 60 ? "bullish" : share <= 40 ? "bearish" : "neutral";
}

function perpsFigures(snapshot: MobileSnapshot, rows: readonly LedgerRow[]): readonly Figure[] {
  const { perps } = snapshot;
  const interest = sum(rows, (row) => row.openInterestUsd);
  const weighted = (figure: (row: LedgerRow) => number) =>
    sum(rows, (row) => figure(row) * row.openInterestUsd) / interest;
  const bitcoin = rows.find(({ symbol }) => symbol === "BTCUSDT");
  return [
    { path: "open_interest", shown: perps.open_interest, exact: interest, decimals: 2 },
    { path: "funding_rate", shown: perps.funding_rate, exact: weighted((row) => row.fundingRate8h), decimals: 8 },
    { path: "funding_rate_btc", shown: perps.funding_rate_btc, exact: bitcoin?.fundingRate8h ?? null, decimals: 8 },
    {
      path: "basis_pct",
      shown: perps.basis_pct,
      exact: weighted(({ mark, index }) => ((mark - index) / index) * 100),
      decimals: 6,
    },
    { path: "contract_count", shown: perps.contract_count, exact: rows.length, decimals: 0 },
  ];
}

function sum(rows: readonly LedgerRow[], figure: (row: LedgerRow) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
