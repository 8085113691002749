import type { AnalysisDocument } from "@pulseboard/snapshot";
import { candlesOf } from "./check-candle-rules.mts";
import type { Mismatch } from "./figures.mts";
import { type LedgerTrade, tradesBetween } from "./ledger-trades.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { compareReading, type Expected, ruleOf } from "./rule-readings.mts";
import { TRADE_RULES } from "./trade-rules.mts";

/** How long trades are kept. */
const KEPT_MS = 15 * 60_000;
const SECOND_MS = 1_000;

type Analysis = Pick<AnalysisDocument, "symbol" | "inputs" | "components">;

/**
 * The rules on trades are those of the ledger's own trades: of as many as the analysis says it had, the newest at one moment of the second
 * that it says. What came closest is reported.
 */
export function checkTrades(analysis: Analysis, ledger: Pick<MarketLedger, "answer">): readonly Mismatch[] {
  const input = analysis.inputs.find((each) => each.input === "trades");
  if (input === undefined || input.as_of === null || input.reason !== null) {
    return compare(analysis, () => null);
  }
  const atr = candlesOf(analysis, "5m", ledger)?.candles?.atr ?? Number.NaN;
  const fromMs = input.as_of * SECOND_MS;
  const all = tradesBetween(ledger, analysis.symbol, { afterMs: fromMs - KEPT_MS - 1, toMs: fromMs + SECOND_MS - 1 });
  let closest: readonly Mismatch[] | null = null;
  for (const endMs of moments(all, fromMs)) {
    const known = all.filter(({ timeMs }) => timeMs <= endMs && timeMs >= endMs - KEPT_MS);
    const wrong =
      known.length < input.count
        ? [`analysis of ${analysis.symbol}: has ${input.count} trades, and the ledger ${known.length}`]
        : compare(analysis, ({ windowMs, read }) => {
            const of = known.slice(known.length - input.count).filter(({ timeMs }) => timeMs > endMs - windowMs);
            return read(of, atr);
          });
    if (wrong.length === 0) {
      return [];
    }
    closest = closest === null || wrong.length < closest.length ? wrong : closest;
  }
  return closest ?? [];
}

/** The moments of a second from which on other trades are in some window than before. */
function moments(trades: readonly LedgerTrade[], fromMs: number): readonly number[] {
  const edges = [0, ...new Set(TRADE_RULES.map(({ windowMs }) => windowMs)), KEPT_MS + 1].flatMap((windowMs) =>
    trades.map(({ timeMs }) => timeMs + windowMs).filter((timeMs) => timeMs > fromMs && timeMs < fromMs + SECOND_MS),
  );
  return [...new Set([fromMs, ...edges])].toSorted((a, b) => a - b);
}

/** A rule may be null for too few trades, or too short a time: it says so. */
function compare(
  analysis: Analysis,
  expected: (rule: (typeof TRADE_RULES)[number]) => Expected | null,
): readonly Mismatch[] {
  return TRADE_RULES.flatMap((each): readonly Mismatch[] => {
    const { component, rule } = each;
    const shown = ruleOf(analysis, component, rule);
    const right = expected(each);
    if (right !== null && shown?.signal === null && ["too_short", "no_activity"].includes(shown.reason ?? "")) {
      return [];
    }
    return compareReading(`analysis of ${analysis.symbol}: ${component}.${rule}`, shown, right);
  });
}
