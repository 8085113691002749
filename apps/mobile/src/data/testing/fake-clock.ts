import type { PageClock } from "../page-clock.ts";

/** A clock that tests advance, and a wall clock that they can set. */
export interface FakeClock extends PageClock {
  /** Lets time pass, runs the actions that fall due, and lets promises settle in between. */
  readonly advance: (ms: number) => Promise<void>;
  readonly setWall: (unixMs: number) => void;
  /** Number of pending actions. */
  readonly waiting: () => number;
}

export function createFakeClock(startMs: number): FakeClock {
  let elapsedMs = 1000;
  let wallOffsetMs = startMs - elapsedMs;
  const actions = new Map<object, { readonly atMs: number; readonly action: () => void }>();
  /** Three rounds settle a promise that waits for a promise that waits for an event, the longest chain in our code. */
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  return {
    elapsedMs: () => elapsedMs,
    wallMs: () => elapsedMs + wallOffsetMs,
    setWall: (unixMs) => {
      wallOffsetMs = unixMs - elapsedMs;
    },
    after: (ms, action) => {
      const key = {};
      actions.set(key, { atMs: elapsedMs + ms, action });
      return () => actions.delete(key);
    },
    advance: async (ms) => {
      const untilMs = elapsedMs + ms;
      await settle();
      for (;;) {
        const [next] = [...actions].filter(([, { atMs }]) => atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs);
        if (next === undefined) {
          break;
        }
        const [key, { atMs, action }] = next;
        actions.delete(key);
        elapsedMs = Math.max(elapsedMs, atMs);
        action();
        await settle();
      }
      elapsedMs = untilMs;
      await settle();
    },
    waiting: () => actions.size,
  };
}
