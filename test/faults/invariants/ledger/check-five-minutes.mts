import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import { candlesOf } from "./check-candle-rules.mts";
import { type Mismatch, mismatches } from "./figures.mts";
import { candleRows } from "./ledger-candles.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { deviation, pairs } from "./own-indicators.mts";

const MINUTE_MS = 60_000;
const CLOSE = 4;
const DEVIATION_CANDLES = 500;
const LEAST_CANDLES = 60;
const CARRIED_PERIODS = 3;

type Analysis = Pick<AnalysisDocument, "symbol" | "price" | "inputs" | "components">;
type Row = Pick<MobileSnapshot["confluence_scores"][number], "change_5m" | "change_5m_deviations">;

/**
 * The change of the price within 5 min, and in deviations of the symbol's own, is that of the ledger's prices. Rows that are carried over
 * for more than three periods have none.
 */
export function checkFiveMinutes(
  analysis: Analysis,
  { change_5m: change, change_5m_deviations: deviations }: Row,
  snapshot: Pick<MobileSnapshot, "missing" | "sections" | "period_ms">,
  ledger: Pick<MarketLedger, "answer">,
): readonly Mismatch[] {
  if (change === null && deviations === null && isOfEarlier(analysis.symbol, snapshot)) {
    return [];
  }
  const ratio = ratioOf(analysis, ledger);
  const usual = usualOf(analysis, ledger);
  const exact = ratio === null ? null : 100 * (ratio - 1);
  const exactDeviations = ratio === null || usual === null ? null : Math.log(ratio) / usual;
  return mismatches(`scores: ${analysis.symbol}`, [
    { path: "change_5m", shown: change ?? null, exact, decimals: 4 },
    { path: "change_5m_deviations", shown: deviations ?? null, exact: exactDeviations, decimals: 2 },
  ]);
}

/** Whether the row is said to be carried over, and is by the documents' own times; while the market's is old too, they cannot tell. */
function isOfEarlier(
  symbol: string,
  { missing, sections, period_ms: periodMs }: Pick<MobileSnapshot, "missing" | "sections" | "period_ms">,
): boolean {
  const { scores, overview } = sections;
  const isSaid = ["change_5m", "change_5m_deviations"].every(
    (name) => missing[`confluence_scores.${symbol}.${name}`] === "stale_input",
  );
  const ageMs = ((overview.as_of ?? 0) - (scores.as_of ?? 0)) * 1000;
  // Both are whole seconds.
  return isSaid && scores.stale && (overview.stale || ageMs > CARRIED_PERIODS * periodMs - 1000);
}

/** The newest price by that of 5 min before; null where the minutes that are known do not reach there. */
function ratioOf(analysis: Analysis, ledger: Pick<MarketLedger, "answer">): number | null {
  const { symbol, price, inputs } = analysis;
  const usable = (name: string) => inputs.find(({ input, reason }) => input === name && reason === null);
  const minutes = usable("candles_1m");
  if (minutes === undefined || minutes.as_of === null) {
    return null;
  }
  const closedMs = minutes.as_of * 1000;
  const quotedMs = (usable("ticker")?.as_of ?? 0) * 1000;
  const isQuoted = quotedMs >= closedMs;
  const fromMs = (isQuoted ? quotedMs : closedMs) - 5 * MINUTE_MS;
  const closeMs = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
  if (closeMs > closedMs || closeMs <= closedMs - minutes.count * MINUTE_MS) {
    return null;
  }
  const closeAt = (ms: number): number =>
    candleRows(ledger, symbol, { timeframe: "1m", closedMs: ms, count: 1 })[0]?.[CLOSE] ?? Number.NaN;
  return (isQuoted ? price : closeAt(closedMs)) / closeAt(closeMs);
}

/** The deviation of the log returns between the closes of 5 min; null for too few of them. */
function usualOf(analysis: Analysis, ledger: Pick<MarketLedger, "answer">): number | null {
  const rows = candlesOf(analysis, "5m", ledger)?.rows.slice(-DEVIATION_CANDLES) ?? [];
  if (rows.length < LEAST_CANDLES) {
    return null;
  }
  const closes = rows.map((row) => row[CLOSE] ?? Number.NaN);
  const usual = deviation(pairs(closes).map(([before, now]) => Math.log(now / before)));
  return usual > 0 ? usual : null;
}
