import type { Metrics } from "./metrics.ts";

/** Something that is wrong; times are Unix ms. */
interface Reason {
  readonly code: string;
  readonly sinceMs: number;
  /** Null while nobody knows. */
  readonly untilMs: number | null;
}

/** Sets the metrics of degradation to these reasons; those of the last call that are not among them end. */
export function showReasons(metrics: Metrics, reasons: readonly Reason[]): void {
  const { degraded, degradedSince, degradedUntil } = metrics;
  for (const gauge of [degraded, degradedSince, degradedUntil]) {
    gauge.reset();
  }
  for (const { code: reason, sinceMs, untilMs } of reasons) {
    degraded.set({ reason }, 1);
    degradedSince.set({ reason }, sinceMs / 1000);
    if (untilMs !== null) {
      degradedUntil.set({ reason }, untilMs / 1000);
    }
  }
}
