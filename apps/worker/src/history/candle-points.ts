import type { Candles, Input, MissingReason } from "@pulseboard/engine";
import { roundSignificant } from "../state/rounding.ts";

/** Closes over the last steps. */
export interface CandlePoints {
  /** Oldest first; null is a gap. */
  readonly price: readonly (number | null)[];
  /** Why the first is unknown; null when it is known. */
  readonly reason: MissingReason | null;
}

/**
 * The closes of candles that end at `endMs` and at each of the steps before it.
 *
 * @param digits significant ones
 */
export function candlePoints(
  input: Input<Candles>,
  { points, endMs, digits }: { readonly points: number; readonly endMs: number; readonly digits: number },
): CandlePoints {
  const price = new Array<number | null>(points).fill(null);
  if (!input.known) {
    return { price, reason: input.reason };
  }
  const { openTimeMs, close, intervalMs } = input.value;
  for (let candle = openTimeMs.length - 1; candle >= 0; candle--) {
    const closedMs = (openTimeMs[candle] ?? 0) + intervalMs;
    const at = points - 1 - (endMs - closedMs) / intervalMs;
    if (at < 0) {
      break;
    }
    const value = close[candle] ?? 0;
    // A price of 0 is none, and a candle that does not end with a step belongs to no point.
    if (at < points && Number.isInteger(at) && value > 0) {
      price[at] = roundSignificant(value, digits);
    }
  }
  return { price, reason: price[0] === null ? "too_short" : null };
}
