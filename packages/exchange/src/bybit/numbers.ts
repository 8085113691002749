/**
 * Reads a number as the exchange writes it, a decimal string or a JSON number.
 *
 * @returns the number; null when it is not given (absent, null, or "", Bybit's way to say "unknown"); undefined when it
 * is given but is not a number
 */
export function readNumber(value: unknown): number | null | undefined {
  if (value === "" || value === null || value === undefined) {
    return null;
  }
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : undefined;
  }
  // Stricter than Number(), which takes " ", "0x10" and "Infinity".
  if (typeof value !== "string" || !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) {
    return undefined;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The range of real markets, with room to spare; a value outside it is damaged. */
export const MIN_PRICE_USD = 1e-15;
export const MAX_PRICE_USD = 1e9;
export const MAX_QUANTITY = 1e18;

/** A positive price in range, else undefined. */
export function readPrice(value: unknown): number | undefined {
  const price = readNumber(value);
  return typeof price === "number" && price >= MIN_PRICE_USD && price <= MAX_PRICE_USD ? price : undefined;
}

/** A quantity of 0 or more in range, else undefined. */
export function readQuantity(value: unknown): number | undefined {
  const quantity = readNumber(value);
  return typeof quantity === "number" && quantity >= 0 && quantity <= MAX_QUANTITY ? quantity : undefined;
}

/** Unix ms, else undefined. */
export function readTimeMs(value: unknown): number | undefined {
  const timeMs = readNumber(value);
  return typeof timeMs === "number" && Number.isSafeInteger(timeMs) && timeMs > 0 ? timeMs : undefined;
}

/** The exchange's servers agree to the second; what is dated later than this has not happened. */
const MAX_AHEAD_MS = 60_000;

/**
 * The time of something that has happened, Unix ms, else undefined. A single row of next month would be the newest one until
 * then, and all others old beside it.
 *
 * @param answeredMs the time that the answer itself has
 */
export function readPastMs(value: unknown, answeredMs: number): number | undefined {
  const timeMs = readTimeMs(value);
  return timeMs !== undefined && timeMs <= answeredMs + MAX_AHEAD_MS ? timeMs : undefined;
}
