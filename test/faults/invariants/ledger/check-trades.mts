import type { AnalysisDocument } from "@pulseboard/snapshot";
import { candlesOf } from "./check-candle-rules.mts";
import type { Mismatch } from "./figures.mts";
import { type LedgerTrade, tradesBetween } from "./ledger-trades.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { compareReading, type Expected, ruleOf } from "./rule-readings.mts";
import { TRADE_RULES, type TradeRule } from "./trade-rules.mts";

/** How long trades are kept. */
const KEPT_MS = 15 * 60_000;
const SECOND_MS = 1_000;

type Analysis = Pick<AnalysisDocument, "symbol" | "inputs" | "components">;

/**
 * The rules on trades are those of the ledger's own trades: of as many as the analysis says it had, the newest at one moment of the second
 * that it says. What came closest is reported.
 *
 * @param mayHaveHoles some may be missing between others: then nothing is said where there are fewer than the ledger has of the time
 */
export function checkTrades(
  analysis: Analysis,
  ledger: Pick<MarketLedger, "answer">,
  mayHaveHoles: boolean,
): readonly Mismatch[] {
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
    if (mayHaveHoles && input.count < known.length) {
      return [];
    }
    const wrong =
      known.length < input.count
        ? [`analysis of ${analysis.symbol}: has ${input.count} trades, and the ledger ${known.length}`]
        : compare(analysis, (rule) => read(rule, known, input.count, { endMs, atr }));
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

interface Moment {
  readonly endMs: number;
  readonly atr: number;
}

/** What a rule gives of the newest `count` of these trades: null for too few of them, or too short a time; "either" at its very edge. */
function read(
  { windowMs, leastMs, leastTrades, read: readTrades }: TradeRule,
  known: readonly LedgerTrade[],
  count: number,
  { endMs, atr }: Moment,
): Expected | null | "either" {
  const had = known.slice(known.length - count);
  const trades = had.filter(({ timeMs }) => timeMs > endMs - windowMs);
  // A first answer that does not reach back so far begins with its oldest trade.
  const coveredMs = count === known.length ? KEPT_MS : endMs - (had[0]?.timeMs ?? endMs);
  if (trades.length > 0 && Math.abs(coveredMs - leastMs) < SECOND_MS) {
    return "either";
  }
  return coveredMs < leastMs || trades.length < leastTrades ? null : readTrades(trades, atr);
}

function compare(analysis: Analysis, expected: (rule: TradeRule) => Expected | null | "either"): readonly Mismatch[] {
  return TRADE_RULES.flatMap((each): readonly Mismatch[] => {
    const { component, rule } = each;
    const right = expected(each);
    return right === "either"
      ? []
      : compareReading(
          `analysis of ${analysis.symbol}: ${component}.${rule}`,
          ruleOf(analysis, component, rule),
          right,
        );
  });
}
