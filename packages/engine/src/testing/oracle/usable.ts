import { type Input, type SymbolInputs, TIMEFRAMES, type Timeframe } from "../../domain/symbol-inputs.ts";
import { type Chart, toBars, toChart } from "./bars.ts";

/** Charts by timeframe; null where a timeframe says nothing. */
export type Charts = Readonly<Record<Timeframe, Chart | null>>;

/** The value of an input younger than 10 of its periods. */
export function usable<T>(input: Input<T>, nowMs: number): T | null {
  return input.known && nowMs - input.asOfMs < 10 * input.periodMs ? input.value : null;
}

/** Younger than 2 of its periods. */
export function fresh(input: Input<unknown>, nowMs: number): boolean {
  return input.known && nowMs - input.asOfMs < 2 * input.periodMs;
}

export function chartsOf({ candles, nowMs }: SymbolInputs): Charts {
  const chart = (timeframe: Timeframe) => {
    const value = usable(candles[timeframe], nowMs);
    return value === null ? null : toChart(toBars(value, nowMs));
  };
  const [m1, m5, m30, h4] = TIMEFRAMES.map(chart);
  return { "1m": m1 ?? null, "5m": m5 ?? null, "30m": m30 ?? null, "4h": h4 ?? null };
}
