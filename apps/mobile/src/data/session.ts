import type { PageSnapshot } from "@pulseboard/snapshot";
import type { DeviceStore } from "./device-store.ts";
import type { PageClock } from "./page-clock.ts";

/** After a longer absence a new session starts. */
const SESSION_GAP_MS = 60_000;

/** Remembers the last snapshot that the reader saw in the previous session. */
export interface Session {
  /** The last snapshot of the previous session; null in the first session. */
  readonly baseline: () => PageSnapshot | null;
  /** Stores the present moment as the last time the page was visible. */
  readonly markSeen: () => void;
  /** Call when the page becomes visible again, with the snapshot that it showed when it was hidden. */
  readonly resume: (shown: PageSnapshot | null) => void;
}

/**
 * A session ends when the page was hidden or closed for more than a minute, so a glance at another app does not end it.
 * Only the device's clock spans sessions; if it was set back, a new session starts.
 */
export function createSession(store: DeviceStore, clock: Pick<PageClock, "wallMs">): Session {
  const isNewSession = (): boolean => {
    const lastSeenMs = store.lastSeenMs.read();
    return lastSeenMs === null || clock.wallMs() < lastSeenMs || clock.wallMs() - lastSeenMs > SESSION_GAP_MS;
  };
  const begin = (shown: PageSnapshot | null): PageSnapshot | null => {
    if (shown !== null) {
      store.baseline.write(shown);
    }
    return shown;
  };

  let baseline = isNewSession() ? begin(store.snapshot.read()?.snapshot ?? null) : store.baseline.read();
  return {
    baseline: () => baseline,
    markSeen: () => store.lastSeenMs.write(clock.wallMs()),
    resume: (shown) => {
      if (isNewSession()) {
        baseline = begin(shown) ?? baseline;
      }
    },
  };
}
