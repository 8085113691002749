import { formats } from "../../format/formats.ts";

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const SIGNIFICANT_DIGITS = 4;

/** A raw figure behind a signal with its name and unit: "bid share 65.62 %". Four digits that count, whatever its size. */
export function figureText({ name, value, unit }: Figure): string {
  const words = name.replaceAll("_", " ");
  const number = formats.number(value, decimalsOf(value));
  return unit === "" ? `${words} ${number}` : `${words} ${number} ${unit}`;
}

/** Decimals for four significant digits: coins cost from 1e-9 to 1e6 USD, and what is made of their prices is as small. */
export function decimalsOf(value: number): number {
  if (value === 0 || Number.isInteger(value)) return 0;
  const wholeDigits = Math.floor(Math.log10(Math.abs(value))) + 1;
  return Math.min(Math.max(SIGNIFICANT_DIGITS - wholeDigits, 0), 14);
}
