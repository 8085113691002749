import type { Timeframe } from "./symbol-inputs.ts";

/** An input of a symbol as it lies in `SymbolInputs`. */
export type InputPath =
  | `candles.${Timeframe}`
  | "ticker"
  | "book"
  | "trades"
  | "openInterestBase"
  | "longAccountShare"
  | "fundingRate8h"
  | "liquidations";

/** Data that cannot be scored: a fault of whoever gave it, found before anything is computed. */
export class EngineInputError extends RangeError {
  override readonly name = "EngineInputError";
  /** The input with the fault; null when it is in none of them (`nowMs`). */
  readonly input: InputPath | null;
  /** Where in the inputs: "candles.5m.close[17]". */
  readonly path: string;
  /** What is wrong there: "is NaN, not a finite number". */
  readonly reason: string;

  constructor(input: InputPath | null, path: string, reason: string) {
    super(`${path} ${reason}`);
    this.input = input;
    this.path = path;
    this.reason = reason;
  }
}
