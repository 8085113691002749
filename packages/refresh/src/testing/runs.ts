import type { RefreshJob } from "../refresh-queue.ts";

export interface Run {
  readonly job: RefreshJob;
  readonly end: () => void;
}

export interface Runs {
  readonly handler: (job: RefreshJob) => Promise<void>;
  /** The `number`th run, as soon as it has started. */
  started(number: number): Promise<Run>;
  end(number: number): void;
  endAll(): void;
  count(): number;
}

/** Runs that last until the test ends them, or until they are aborted. */
export function createRuns(): Runs {
  const runs: Run[] = [];
  const listeners = new Set<() => void>();
  return {
    handler: (job) =>
      new Promise((resolve, reject) => {
        job.signal.addEventListener("abort", () => reject(job.signal.reason), { once: true });
        runs.push({ job, end: resolve });
        for (const listener of listeners) {
          listener();
        }
      }),
    started: (number) =>
      new Promise((resolve) => {
        const look = (): void => {
          const run = runs[number - 1];
          if (run === undefined) {
            return;
          }
          listeners.delete(look);
          resolve(run);
        };
        listeners.add(look);
        look();
      }),
    end: (number) => runs[number - 1]?.end(),
    endAll: () => {
      for (const run of runs) {
        run.end();
      }
    },
    count: () => runs.length,
  };
}

/** A promise that can be asked whether it is settled. */
export function settled<T>(promise: Promise<T>): { readonly promise: Promise<T>; readonly done: boolean } {
  const state = { promise, done: false };
  const settle = (): void => {
    state.done = true;
  };
  promise.then(settle, settle);
  return state;
}
