/** The sections of a snapshot, by which it says how old and how whole its parts are. */
export const SECTION_NAMES = ["overview", "scores", "movers", "perps", "reference"] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

/** What a valid server is asked for beyond what every one must do. */
export interface Expectations {
  /** "0.1.0" or, with the commit, "0.1.0+abc1234"; null when any will do. */
  readonly version: string | null;
  /** "bybit"; null when any will do. */
  readonly origin: string | null;
  /** Sections that may be stale or missing today. */
  readonly allowed: ReadonlySet<SectionName>;
}

export interface ValidateDurations {
  /** The longest time for an answer. */
  readonly answerMs: number;
  /** After which a request without an answer is given up: longer, so that slow and hanging servers can be told apart. */
  readonly giveUpAfterMs: number;
  /** The longest time until `/ws` has announced the snapshot that is served. */
  readonly announcementMs: number;
}

export const VALIDATE_DURATIONS: ValidateDurations = { answerMs: 2_000, giveUpAfterMs: 5_000, announcementMs: 2_000 };
