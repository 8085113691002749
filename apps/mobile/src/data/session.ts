import type { PageSnapshot } from "@pulseboard/snapshot";
import type { DeviceStore } from "./device-store.ts";
import type { PageClock } from "./page-clock.ts";

/** Away for longer, and the next look begins a new session. */
const SESSION_GAP_MS = 60_000;

/** Knows what the reader saw last in the visit before. */
export interface Session {
  /** The last snapshot of the visit before; null in the first session. */
  readonly baseline: () => PageSnapshot | null;
  /** The page is looked at, or goes out of sight, with this snapshot on it. Writes down that somebody was here. */
  readonly markSeen: () => void;
  /** The page is back in sight, with what it showed when it went. */
  readonly resume: (shown: PageSnapshot | null) => void;
}

/**
 * A visit ends when the page was out of sight, or closed, for more than a minute: a glance at another app is no new session.
 * All by the device's clock, which is all there is across visits; where that was set back, a new visit begins.
 */
export function createSession(store: DeviceStore, clock: Pick<PageClock, "wallMs">): Session {
  const isNewSession = (): boolean => {
    const lastSeenMs = store.lastSeenMs.read();
    return lastSeenMs === null || clock.wallMs() < lastSeenMs || clock.wallMs() - lastSeenMs > SESSION_GAP_MS;
  };
  const begin = (shown: PageSnapshot | null): PageSnapshot | null => {
    if (shown !== null) {
      store.baseline.keep(shown);
    }
    return shown;
  };

  let baseline = isNewSession() ? begin(store.snapshot.read()?.snapshot ?? null) : store.baseline.read();
  return {
    baseline: () => baseline,
    markSeen: () => store.lastSeenMs.keep(clock.wallMs()),
    resume: (shown) => {
      if (isNewSession()) {
        baseline = begin(shown) ?? baseline;
      }
    },
  };
}
