/** The time as the page's modules see it. None of them reads another clock. */
export interface PageClock {
  /** Milliseconds since some moment. Never goes back, and goes on while the device sleeps as far as that can be known. */
  readonly elapsedMs: () => number;
  /** Unix ms by the device, which may be wrong by hours and may be set at any time. */
  readonly wallMs: () => number;
  /** Runs an action once, later. Returns what calls it off. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** The clock, and who is told that the device seems to have slept. */
export interface DeviceClock extends PageClock {
  /** Called within the `elapsedMs` that found it out. */
  readonly onSleep: (listener: () => void) => void;
}

/** Less is the two clocks' own drift and rounding. */
const MIN_SLEEP_MS = 2000;

/**
 * The device's clocks. The one that cannot be set stands still while the device sleeps, so that an old snapshot would look
 * young after a night, also on a page that was in sight all the time. What the wall clock went on more than the other one
 * therefore counts as sleep. Somebody may have set it ahead instead: then the age is too high, which is the honest side to
 * err on, until the next answer of the server corrects it. A clock that is set back counts as nothing.
 */
export function createDeviceClock(monotonicMs: () => number, wallMs: () => number): DeviceClock {
  let listener = (): void => {};
  let sleptMs = 0;
  /** By how much the wall clock was before the other one. */
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
