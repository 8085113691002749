import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";

/** A raw figure behind a signal or a vote. */
type RawFigure = ConfluenceAnalysis["breakdown"]["technical"]["rules"][string]["figures"][number];

const SIGNIFICANT_DIGITS = 4;
/** Prices are compared with each other, and they lie close together. */
const PRICE_DIGITS = 6;

/**
 * A raw figure behind a signal, with name and unit: "bid share 65.62 %". Its significant digits do not depend on its
 * size.
 */
export function figureText({ name, value, unit }: RawFigure): string {
  const words = name.replaceAll("_", " ");
  const number = formats.number(value, decimalsOf(value, unit === "USD" ? PRICE_DIGITS : SIGNIFICANT_DIGITS));
  return unit === "" ? `${words} ${number}` : `${words} ${number} ${unit}`;
}

/**
 * Decimals for a number of significant digits: prices range from 1e-9 to 1e6 USD, and so do figures derived from them.
 */
export function decimalsOf(value: number, digits: number): number {
  if (value === 0 || Number.isInteger(value)) {
    return 0;
  }
  const wholeDigits = Math.floor(Math.log10(Math.abs(value))) + 1;
  return Math.min(Math.max(digits - wholeDigits, 0), 14);
}
