export type Freshness = "fresh" | "stale";

export interface FreshnessInput {
  /** When the snapshot was finished, Unix ms. */
  readonly generatedAtMs: number;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  /** How long it counts as fresh, ms; null for three periods. */
  readonly freshForMs: number | null;
  /** Unix ms. */
  readonly nowMs: number;
}

/**
 * Whether a snapshot still speaks for now. Two missed periods are bad luck, three are an outage.
 *
 * A snapshot from the future (the clock was set back) is fresh: its age is unknown, and the next one settles it.
 * Where none comes, only a clock that cannot be set back can tell; who has one adds what it measured since the snapshot
 * arrived to that time, so that an old snapshot does not stay fresh until the wall clock has caught up.
 */
export function freshness({ generatedAtMs, periodMs, freshForMs, nowMs }: FreshnessInput): Freshness {
  return nowMs - generatedAtMs < (freshForMs ?? 3 * periodMs) ? "fresh" : "stale";
}
