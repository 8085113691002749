/** The only clock that the page's modules read. */
export interface PageClock {
  /** Monotonic milliseconds since some moment, including the time the device slept as far as that can be detected. */
  readonly elapsedMs: () => number;
  /** Unix ms by the device's clock, which may be off by hours and may be set at any time. */
  readonly wallMs: () => number;
  /** Runs an action once, later. Returns a function that cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** The clock, with a callback for when the device seems to have slept. */
export interface DeviceClock extends PageClock {
  /** Called inside the `elapsedMs` call that detects it. */
  readonly onSleep: (listener: () => void) => void;
}

/** Smaller differences are drift and rounding. */
const MIN_SLEEP_MS = 2000;

/**
 * The device's clocks. The monotonic one stands still while the device sleeps, so an old snapshot would look young
 * after a night, even on a page that stayed visible. Whatever the wall clock gained on it therefore counts as sleep. If
 * somebody set the wall clock ahead instead, the age is too high, which is the honest side to err on, until the
 * server's next response corrects it. A clock that is set back is ignored.
 */
export function createDeviceClock(monotonicMs: () => number, wallMs: () => number): DeviceClock {
  let listener = (): void => {};
  let sleptMs = 0;
  /** How far the wall clock is ahead of the monotonic one. */
  let leadMs = wallMs() - monotonicMs();
  return {
    elapsedMs: () => {
      const asleepMs = wallMs() - monotonicMs() - leadMs;
      const hasSlept = asleepMs > MIN_SLEEP_MS;
      if (hasSlept) {
        sleptMs += asleepMs;
      }
      if (hasSlept || asleepMs < 0) {
        leadMs += asleepMs;
      }
      const elapsedMs = monotonicMs() + sleptMs;
      if (hasSlept) {
        listener();
      }
      return elapsedMs;
    },
    wallMs,
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    onSleep: (next) => {
      listener = next;
    },
  };
}
