import type { SymbolMarket } from "./symbol-market.ts";

/** All contracts of an exchange, and the figures of the coin market around it. */
export interface Market {
  /** Sorted by name, as the exchange lists them. */
  readonly symbols: readonly SymbolMarket[];
  /** The reference data follows it. */
  readonly bitcoin: SymbolMarket;
  readonly seed: number;
  /** Market time at which it starts. */
  readonly startMs: number;
  /** Market time stops here; Infinity when there is no end. */
  readonly endMs: number;
  /**
   * The moment whose state is visible at a market time: the last full minute in a recording, which is known by the minute
   * only, and the market time itself in a generated market.
   */
  readonly visibleMs: (marketTimeMs: number) => number;
}

/** Sorts by symbol the way the exchange does: by code unit. */
export function bySymbol(a: SymbolMarket, b: SymbolMarket): number {
  return a.contract.symbol < b.contract.symbol ? -1 : 1;
}
