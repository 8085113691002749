import type { MobileSnapshot } from "@pulseboard/snapshot";
import { intersection, isRounded, type LedgerRow, type MarketLedger, type Span } from "./market-ledger.mts";

/** Where a figure of the document is not the ledger's: what, and both figures. */
export type Mismatch = string;

/** Symbols with unusable rows are left out of the sums; of more than this, which ones cannot be tried out. */
const MOST_TO_TRY = 10;
const CLIP_PERCENT = 30;
/** The default of MOVERS_MIN_TURNOVER_USD. */
const MOVERS_MIN_TURNOVER_USD = 500_000;
const MOVERS_LIMIT = 5;

interface Figure {
  readonly path: string;
  readonly shown: number | string | null;
  readonly exact: number | string | null;
  readonly decimals: number;
}

/** Overview, breadth, movers and perpetuals of a snapshot against the ledger, each at its own `as_of`. */
export function checkMarket(snapshot: MobileSnapshot, ledger: MarketLedger): readonly Mismatch[] {
  const { overview, movers, perps } = snapshot.sections;
  return [
    ...checkSection("overview", overview, snapshot.market_overview.total_volume_24h, ledger, (rows) =>
      overviewFigures(snapshot, rows),
    ),
    // Movers say no total; the overview's section has the same tickers, or they are looked at below.
    ...checkMovers(snapshot, movers.as_of, ledger),
    ...checkSection("perps", perps, snapshot.perps.volume_24h, ledger, (rows) => perpsFigures(snapshot, rows)),
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
  ledger: MarketLedger,
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
  if (received < expected && expected > MOST_TO_TRY) {
    // Which rows they were cannot be found out.
    return [];
  }
  let closest: readonly Mismatch[] = [`${name}: at no moment of ${as_of} was the turnover ${turnover}`];
  for (const symbols of subsets(ledger.symbols, received)) {
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
  return closest;
}

function* subsets(symbols: readonly string[], size: number): Generator<readonly string[]> {
  if (size >= symbols.length) {
    yield symbols;
    return;
  }
  for (let bits = 0; bits < 2 ** symbols.length; bits++) {
    const chosen = symbols.filter((_, index) => (bits >> index) & 1);
    if (chosen.length === size) {
      yield chosen;
    }
  }
}

function mismatches(section: string, figures: readonly Figure[]): readonly Mismatch[] {
  return figures
    .filter(({ shown, exact, decimals }) =>
      typeof shown === "number" && typeof exact === "number" ? !isRounded(shown, exact, decimals) : shown !== exact,
    )
    .map(({ path, shown, exact }) => `${section}: ${path} is ${shown}, and the ledger has ${exact}`);
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

/** Each mover is the ledger's row at one and the same moment; none is missing, as far as all rows were received. */
function checkMovers(snapshot: MobileSnapshot, as_of: number | null, ledger: MarketLedger): readonly Mismatch[] {
  const { gainers, losers } = snapshot.top_movers;
  const shown = [...gainers, ...losers];
  const { expected, received } = snapshot.sections.movers;
  if (as_of === null) {
    return shown.length === 0 ? [] : ["movers: there are some, and no as_of"];
  }
  let span: Span | null = { fromMs: as_of * 1000, toMs: as_of * 1000 + 999 };
  for (const mover of shown) {
    const turnoverAt = (timeMs: number) => ledger.rowAt(mover.symbol, timeMs).turnoverUsd;
    const own = ledger.spanOf(as_of, turnoverAt, mover.volume_24h, 2);
    span = own === null || span === null ? null : intersection(span, own);
  }
  if (span === null) {
    return [`movers: at no moment of ${as_of} were the turnovers ${JSON.stringify(shown.map(turnoverOf))}`];
  }
  const rows = ledger.symbols.map((symbol) => ledger.rowAt(symbol, span.fromMs));
  const figures = shown.flatMap((mover): Figure[] => {
    const row = rows.find(({ symbol }) => symbol === mover.symbol);
    return [
      { path: `${mover.symbol}.price`, shown: mover.price, exact: row?.price ?? null, decimals: 10 },
      { path: `${mover.symbol}.change_24h`, shown: mover.change_24h, exact: row?.changePercent ?? null, decimals: 6 },
    ];
  });
  const traded = rows.filter(({ turnoverUsd }) => turnoverUsd >= MOVERS_MIN_TURNOVER_USD);
  const lists =
    received < expected
      ? []
      : [
          ...checkList("gainers", gainers, traded, (a, b) => b.changePercent - a.changePercent, 1),
          ...checkList("losers", losers, traded, (a, b) => a.changePercent - b.changePercent, -1),
        ];
  return [...mismatches("movers", figures), ...lists];
}

function turnoverOf({ symbol, volume_24h }: { readonly symbol: string; readonly volume_24h: number }) {
  return [symbol, volume_24h];
}

function checkList(
  name: string,
  shown: readonly { readonly symbol: string }[],
  traded: readonly LedgerRow[],
  order: (a: LedgerRow, b: LedgerRow) => number,
  sign: 1 | -1,
): readonly Mismatch[] {
  const expected = traded
    .filter(({ changePercent }) => Math.sign(Math.round(changePercent * 1e6)) === sign)
    .toSorted((a, b) => order(a, b) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MOVERS_LIMIT)
    .map(({ symbol }) => symbol)
    .join(" ");
  const found = shown.map(({ symbol }) => symbol).join(" ");
  return found === expected ? [] : [`movers: ${name} are ${found}, and the ledger has ${expected}`];
}

function sum(rows: readonly LedgerRow[], figure: (row: LedgerRow) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
