import { type Ledger, openLedger } from "@pulseboard/simulator";

const SECOND_MS = 1000;
/** Of a few dozen snapshots with their moments. */
const KEPT_ROWS = 20_000;

/** What the exchange says of one contract at a moment. */
export interface LedgerRow {
  readonly symbol: string;
  readonly price: number;
  /** %, signed. */
  readonly changePercent: number;
  readonly turnoverUsd: number;
  readonly high: number;
  readonly low: number;
  /** One side. */
  readonly openInterestUsd: number;
  /** Fraction per 8 h. */
  readonly fundingRate8h: number;
  readonly mark: number;
  readonly index: number;
}

/** Moments of market time, Unix ms, both included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The simulator's market, computed again. */
export interface MarketLedger {
  /** Eligible contracts, by name. */
  readonly symbols: readonly string[];
  rowAt(symbol: string, timeMs: number): LedgerRow;
  answer(path: string, timeMs: number): object;
  /**
   * The moments of a second at which a figure that does not fall within a minute is the one shown; null when it never is.
   * Documents say the second of their market time, while the market moves by the millisecond.
   */
  spanOf(second: number, figureAt: (timeMs: number) => number, shown: number, decimals: number): Span | null;
}

export interface LedgerOptions {
  readonly marketSeed: number;
  readonly symbolCount: number;
  /** Market time at the simulator's first start, Unix ms. */
  readonly startAtMs: number;
}

interface Answer {
  readonly result: { readonly list: readonly Readonly<Record<string, string>>[] };
}

export function openMarketLedger({ marketSeed: seed, symbolCount, startAtMs }: LedgerOptions): MarketLedger {
  const ledger = openLedger({ kind: "generated", seed, symbolCount, listingsAtMs: startAtMs }, startAtMs);
  const rows = new Map<string, LedgerRow>();
  return {
    symbols: eligibleSymbols(ledger, startAtMs),
    answer: ledger.answer,
    rowAt: (symbol, timeMs) => {
      const key = `${symbol} ${timeMs}`;
      const known = rows.get(key);
      if (known !== undefined) {
        return known;
      }
      if (rows.size >= KEPT_ROWS) {
        rows.clear();
      }
      const row = readRow(ledger.answer(`/v5/market/tickers?category=linear&symbol=${symbol}`, timeMs) as Answer);
      rows.set(key, row);
      return row;
    },
    spanOf: (second, figureAt, shown, decimals) => {
      const startMs = second * SECOND_MS;
      const isShown = (timeMs: number) => isRounded(shown, figureAt(timeMs), decimals);
      const reached = (timeMs: number) => isShown(timeMs) || figureAt(timeMs) >= shown;
      const passed = (timeMs: number) => !isShown(timeMs) && figureAt(timeMs) > shown;
      const fromMs = startMs + firstOf(SECOND_MS, (offsetMs) => reached(startMs + offsetMs));
      const toMs = startMs + firstOf(SECOND_MS, (offsetMs) => passed(startMs + offsetMs)) - 1;
      return toMs < fromMs || !isShown(fromMs) ? null : { fromMs, toMs };
    },
  };
}

/** Whether `shown` is `exact`, rounded to so many places; the last one may differ by the order of a sum. */
export function isRounded(shown: number, exact: number, decimals: number): boolean {
  return Math.abs(shown - exact) <= 0.5001 * 10 ** -decimals + 2e-15 * Math.abs(exact);
}

/** The moments of both; null when they have none in common. */
export function intersection(a: Span, b: Span): Span | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs <= toMs ? { fromMs, toMs } : null;
}

/** The least whole number from 0 on with `holds`, which then holds for all above it; `end` without one. */
function firstOf(end: number, holds: (value: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function eligibleSymbols(ledger: Ledger, timeMs: number): readonly string[] {
  const { result } = ledger.answer("/v5/market/instruments-info?category=linear&limit=1000", timeMs) as Answer;
  return result.list
    .filter(
      ({ contractType, quoteCoin, symbolType }) =>
        contractType === "LinearPerpetual" && quoteCoin === "USDT" && ["", "innovation"].includes(symbolType ?? ""),
    )
    .map(({ symbol = "" }) => symbol);
}

function readRow({ result }: Answer): LedgerRow {
  const row = result.list[0] ?? {};
  const number = (name: string) => Number(row[name]);
  return {
    symbol: row.symbol ?? "",
    price: number("lastPrice"),
    changePercent: number("price24hPcnt") * 100,
    turnoverUsd: number("turnover24h"),
    high: number("highPrice24h"),
    low: number("lowPrice24h"),
    openInterestUsd: number("singleOpenInterestValue"),
    fundingRate8h: (number("fundingRate") * 8) / number("fundingIntervalHour"),
    mark: number("markPrice"),
    index: number("indexPrice"),
  };
}
