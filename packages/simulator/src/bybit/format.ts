import type { Contract } from "../market/contract.ts";

/** At most `decimals` digits after the point and no zeros at the end; never in exponent notation. */
export function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Turnover in quote currency from a candle's exact whole number. */
export function turnoverOf(turnoverTimes3: number, contract: Contract): number {
  return (turnoverTimes3 / 3) * contract.tick.size * contract.quantityStep.size;
}
