import type { PageSnapshot } from "@pulseboard/snapshot";
import type { DeviceStore } from "./device-store.ts";
import type { PageClock } from "./page-clock.ts";

/** Away for longer, and the next look begins a new visit. */
const VISIT_GAP_MS = 60_000;

/** Knows what the reader saw last in the visit before. */
export interface Visit {
  /** The last snapshot of the visit before; null in the first visit. */
  readonly baseline: () => PageSnapshot | null;
  /** The page is looked at, or goes out of sight, with this snapshot on it. Writes down that somebody was here. */
  readonly seen: () => void;
  /** The page is back in sight, with what it showed when it went. */
  readonly back: (shown: PageSnapshot | null) => void;
}

/**
 * A visit ends when the page was out of sight, or closed, for more than a minute: a glance at another app is no new visit.
 * All by the device's clock, which is all there is across visits; where that was set back, a new visit begins.
 */
export function createVisit(store: DeviceStore, clock: Pick<PageClock, "wallMs">): Visit {
  const isNewVisit = (): boolean => {
    const seenMs = store.seenMs.read();
    return seenMs === null || clock.wallMs() < seenMs || clock.wallMs() - seenMs > VISIT_GAP_MS;
  };
  const begin = (shown: PageSnapshot | null): PageSnapshot | null => {
    if (shown !== null) {
      store.baseline.keep(shown);
    }
    return shown;
  };

  let baseline = isNewVisit() ? begin(store.snapshot.read()?.snapshot ?? null) : store.baseline.read();
  return {
    baseline: () => baseline,
    seen: () => store.seenMs.keep(clock.wallMs()),
    back: (shown) => {
      if (isNewVisit()) {
        baseline = begin(shown) ?? baseline;
      }
    },
  };
}
