import { DAY, type DaysDocument } from "../documents/days-document.ts";
import { HISTORY_SPANS, type HistorySpan, type SymbolHistory } from "../documents/symbol-history-document.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import type { MissingReason } from "../shared/missing-reason.ts";
import { EXAMPLE_AS_OF, EXAMPLE_METHOD_VERSION } from "./example-analysis.ts";

const ENVELOPE = {
  schema_version: SCHEMA_VERSION,
  method_version: EXAMPLE_METHOD_VERSION,
  sequence: 42,
  origin: "simulator",
  simulated: true,
} as const;

/** So many points of each series are known in the examples: what is before them is a gap. */
const KNOWN_POINTS = 12;

function series(points: number, first: number, step: number): readonly (number | null)[] {
  const gap = points - KNOWN_POINTS;
  return Array.from({ length: points }, (_, at) => (at < gap ? null : Number((first + step * (at - gap)).toFixed(2))));
}

/** The days of two symbols of the example. */
export function exampleDays(): DaysDocument {
  const day = (price: number, score: number) => ({
    price_day: series(DAY.points, price, price / 1000),
    score_day: series(DAY.points, score, 0.4),
  });
  return {
    ...ENVELOPE,
    as_of: EXAMPLE_AS_OF - (EXAMPLE_AS_OF % DAY.stepS),
    step_s: DAY.stepS,
    symbols: { BTCUSDT: day(108_000, 61.8), ETHUSDT: day(2740, 48) },
  };
}

/** The history of the first symbol of the example, whose scores began an hour ago. */
export function exampleHistory(): SymbolHistory {
  const missing: Record<string, MissingReason> = {};
  const span = (name: HistorySpan) => {
    const { points, stepS } = HISTORY_SPANS[name];
    for (const figure of ["price", "score", "relative"]) {
      missing[`spans.${name}.${figure}`] = figure === "price" ? "too_short" : "warming_up";
    }
    return {
      step_s: stepS,
      to: EXAMPLE_AS_OF - (EXAMPLE_AS_OF % stepS),
      price: series(points, 108_000, 100),
      score: series(points, 61.8, 0.4),
      relative: series(points, 70.1, 0.2),
    };
  };
  const spans = Object.fromEntries((["6h", "24h", "7d", "90d"] as const).map((name) => [name, span(name)]));
  return {
    ...ENVELOPE,
    symbol: "BTCUSDT",
    as_of: EXAMPLE_AS_OF,
    scores_since: EXAMPLE_AS_OF - 3600,
    spans: spans as SymbolHistory["spans"],
    missing,
  };
}
