export type Freshness = "fresh" | "stale";

export interface FreshnessRule {
  /** When the snapshot was finished, Unix ms. */
  readonly generatedAtMs: number;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  /** How long it counts as fresh, ms; null for three periods. */
  readonly freshForMs: number | null;
}

export interface FreshnessInput extends FreshnessRule {
  /** Unix ms. */
  readonly nowMs: number;
}

/**
 * Tells whether a snapshot is fresh: two missed periods are bad luck, three are an outage.
 *
 * A snapshot from the future counts as fresh here: clocks differ. Callers with a monotonic clock pass the snapshot's time plus the age
 * that they measured, and call a snapshot stale whose age they cannot know.
 */
export function freshness({ nowMs, ...rule }: FreshnessInput): Freshness {
  return nowMs < freshUntilMs(rule) ? "fresh" : "stale";
}

/** When a snapshot stops being fresh, Unix ms. */
export function freshUntilMs({ generatedAtMs, periodMs, freshForMs }: FreshnessRule): number {
  return generatedAtMs + (freshForMs ?? 3 * periodMs);
}
