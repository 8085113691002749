/** The traits in which generated coins differ. */
export interface Traits {
  /** The price it wanders around, quote currency. */
  readonly referencePrice: number;
  readonly dailyTurnoverUsd: number;
  readonly tradesPerMinute: number;
  /** How strongly it follows the market and its sector; 1 is as much as these themselves. */
  readonly marketWeight: number;
  readonly sectorWeight: number;
  /** Deviation of its own movement per day, a fraction. */
  readonly dailyDeviation: number;
  /** How much the interest in it varies; at 0.45, half or twice the usual turnover is common. */
  readonly attentionSpread: number;
}

/** 400 a minute at 3.5 billion a day, 10 at ten million, less than one at 200,000. */
export function tradesPerMinuteAt(dailyTurnoverUsd: number): number {
  return 400 * (dailyTurnoverUsd / 3.5e9) ** 0.62;
}
