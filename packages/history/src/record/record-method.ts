/** How far ahead the record looks. */
export const HORIZONS = ["1h", "4h", "24h"] as const;
export type Horizon = (typeof HORIZONS)[number];

/** Every constant of the record. A change to one of them is a change of the method: its hash tells. */
export const RECORD_METHOD = {
  /** A moment is the first refresh of each span of this length. */
  momentEveryMs: 900_000,
  /** A day counts with at least this share of its moments: 87 of 96. */
  momentShareOfDay: 87 / 96,
  /** A moment has at least as many scored symbols, else it is missing; so many readings a correlation and groups need, too. */
  minSymbols: 20,
  /** Symbols are put into so many groups of equal size by their rank within a moment: deciles. */
  groups: 10,
  /** The second entry is so much later than the first. */
  lateEntryMs: 900_000,
  /** An exit, and the second entry, may be late by so many periods of the refresh. */
  latePeriods: 2,
  horizons: {
    // Returns of neighbouring days overlap at the longer horizons: so many lags are in the variance.
    "1h": { ms: 3_600_000, lagDays: 0, minimumDays: 14, recentDays: 30 },
    "4h": { ms: 14_400_000, lagDays: 1, minimumDays: 30, recentDays: 30 },
    "24h": { ms: 86_400_000, lagDays: 3, minimumDays: 60, recentDays: 60 },
  },
  /** Probabilities that an interval leaves out: of those that are shown, and at most of those that a claim rests on. */
  shownAlpha: 0.05,
  claimAlpha: 0.01,
  /** Of the rank correlation of the outlook with returns, in standard deviations, over at most the last so many days. */
  gate: { days: 60, showFrom: 2.5, hideBelow: 1.5, oppositeTo: -2.5 },
  /** Taker fees of both ways at Bybit's lowest level (0.055 % each). The spread comes on top. */
  roundTripFeesBp: 11,
} as const;

/** The two entries of each reading: the next refresh, and one a quarter of an hour later. */
export const ENTRIES = ["next", "late"] as const;
export type Entry = (typeof ENTRIES)[number];

/** The market's direction at a moment, without its strength. */
export const DIRECTIONS = ["bullish", "neutral", "bearish"] as const;
export type Direction = (typeof DIRECTIONS)[number];
