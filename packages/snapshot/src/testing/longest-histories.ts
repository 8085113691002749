import type { DaysDocument } from "../documents/days-document.ts";
import { DAY } from "../documents/days-document.ts";
import { HISTORY_SPANS, type HistorySpan, type SymbolHistory } from "../documents/symbol-history-document.ts";

// The longest documents of histories that there can be: JSON writes no price of so many significant digits with more characters.

const ENVELOPE = {
  schema_version: 1,
  method_version: 12,
  sequence: 123_456_789,
  origin: "simulator",
  simulated: true,
} as const;
const AS_OF = 1_749_556_800;
const FIVE_DIGITS = 0.0000012345;
const SIX_DIGITS = 0.00000123456;

/** With symbols of the longest names that exchanges have, each with every point known. */
export function longestDays(symbols: number): DaysDocument {
  const point = <T>(value: T): T[] => Array.from({ length: DAY.points }, () => value);
  const day = { price_day: point(FIVE_DIGITS), score_day: point(12.34) };
  const names = Array.from({ length: symbols }, (_, index) => `${String(index).padStart(16, "X")}USDT`);
  const all = Object.fromEntries(names.map((name) => [name, day]));
  return { ...ENVELOPE, as_of: AS_OF, step_s: DAY.stepS, symbols: all };
}

export function longestHistory(): SymbolHistory {
  const span = <Name extends HistorySpan>(name: Name) => {
    const { points, stepS } = HISTORY_SPANS[name];
    const all = <T>(value: T): T[] => Array.from({ length: points }, () => value);
    return { step_s: stepS, to: AS_OF, price: all(SIX_DIGITS), score: all(12.34), relative: all(12.34) };
  };
  const figures = Object.keys(HISTORY_SPANS).flatMap((name) => ["price", "score", "relative"].map((of) => [name, of]));
  return {
    ...ENVELOPE,
    symbol: "XXXXXXXXXXXXXXXXUSDT",
    as_of: AS_OF,
    scores_since: AS_OF,
    spans: { "6h": span("6h"), "24h": span("24h"), "7d": span("7d"), "90d": span("90d") } as SymbolHistory["spans"],
    missing: Object.fromEntries(figures.map((path) => [`spans.${path.join(".")}`, "source_unavailable" as const])),
  };
}
