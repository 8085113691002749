import type { SeedResult } from "../seed-result.mts";

/** What is measured over time, by name. */
export const SERIES = ["worker RSS, MB", "server RSS, MB", "Redis memory, MB", "Redis keys"] as const;
export type SeriesName = (typeof SERIES)[number];

/** One look. What could not be read then, as Redis was stopped or a process was away, is absent. */
export interface Sample {
  /** Since everything was in order for the first time. */
  readonly minute: number;
  readonly values: Readonly<Partial<Record<SeriesName, number>>>;
}

/** One fault of a soak, and what came of it. */
export interface SoakFault extends Pick<SeedResult, "recoveryMs" | "bound" | "facts" | "violations"> {
  readonly name: string;
  /** When it began. */
  readonly minute: number;
  readonly lastedMs: number;
  readonly touched: number;
}

export interface SoakResult {
  readonly seed: number;
  readonly minutes: number;
  readonly samples: readonly Sample[];
  readonly faults: readonly SoakFault[];
  /** Bytes that each process has logged at `info` and above, as production does. */
  readonly logBytes: Readonly<Record<"worker" | "server", number>>;
  /** What went wrong beside the faults: the harness, or a process that ended by itself. */
  readonly problems: readonly string[];
}
