/** The time as the page's modules see it. None of them reads another clock. */
export interface PageClock {
  /** Milliseconds since some moment. Cannot be set, and goes on while the device sleeps as far as that can be known. */
  readonly elapsedMs: () => number;
  /** Unix ms by the device, which may be wrong by hours and may be set at any time. */
  readonly wallMs: () => number;
  /** Runs an action once, later. Returns what calls it off. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** The clock, and what tells it that the page is out of sight. */
export interface DeviceClock extends PageClock {
  readonly setVisible: (isVisible: boolean) => void;
}

/** Less is the two clocks' own drift and rounding. */
const MIN_SLEEP_MS = 2000;

/**
 * The device's clocks. The one that cannot be set stands still while the device sleeps, so that an old snapshot would look
 * young after a night. Phones hide the page before they sleep: what the wall clock went on more than the other one while
 * the page was hidden counts as sleep. In sight, the same difference is somebody setting the clock, and counts as nothing.
 */
export function createDeviceClock(monotonicMs: () => number, wallMs: () => number): DeviceClock {
  let sleptMs = 0;
  let hidden: { readonly monotonicMs: number; readonly wallMs: number } | null = null;
  return {
    elapsedMs: () => monotonicMs() + sleptMs,
    wallMs,
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    setVisible: (isVisible) => {
      if (!isVisible) {
        hidden ??= { monotonicMs: monotonicMs(), wallMs: wallMs() };
      } else if (hidden !== null) {
        const asleepMs = wallMs() - hidden.wallMs - (monotonicMs() - hidden.monotonicMs);
        if (asleepMs > MIN_SLEEP_MS) sleptMs += asleepMs;
        hidden = null;
      }
    },
  };
}
