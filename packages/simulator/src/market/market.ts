import type { SymbolMarket } from "./symbol-market.ts";

/** All contracts of an exchange, and the figures of the coin market around it. */
export interface Market {
  /** Sorted by name, as the exchange lists them. */
  readonly symbols: readonly SymbolMarket[];
  /** What the reference data is made around. */
  readonly bitcoin: SymbolMarket;
  readonly seed: number;
  /** Market time at which it starts. */
  readonly startMs: number;
  /** Market time stops here; Infinity when there is no end. */
  readonly endMs: number;
  /**
   * The moment that can be seen at a market time. A recording is known by the minute only, so it shows the state at
   * the last full minute; a generated market moves all the time.
   */
  readonly visibleMs: (marketTimeMs: number) => number;
}

/** Sorts by symbol the way the exchange does: by code unit. */
export function bySymbol(a: SymbolMarket, b: SymbolMarket): number {
  return a.contract.symbol < b.contract.symbol ? -1 : 1;
}
