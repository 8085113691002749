/** The inputs of a symbol as they lie in `SymbolInputs`. */
export const INPUT_PATHS = [
  "ticker",
  "candles.1m",
  "candles.5m",
  "candles.30m",
  "candles.4h",
  "book",
  "trades",
  "openInterestBase",
  "longAccountShare",
  "fundingRate8h",
  "liquidations",
] as const;

export type InputPath = (typeof INPUT_PATHS)[number];

/** Data that cannot be scored: a fault of whoever gave it, found before anything is computed. */
export class EngineInputError extends RangeError {
  override readonly name = "EngineInputError";
  /** Where in the inputs: "candles.5m.close[17]". */
  readonly path: string;
  /** What is wrong there: "is NaN, not a finite number". */
  readonly reason: string;
  /** The input with the fault; null when it is in none of a symbol's (`nowMs`). */
  readonly input: InputPath | null;

  constructor(path: string, reason: string) {
    super(`${path} ${reason}`);
    this.path = path;
    this.reason = reason;
    this.input = INPUT_PATHS.find((input) => path === input || path.startsWith(`${input}.`)) ?? null;
  }
}
