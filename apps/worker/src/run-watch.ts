import { setImmediate as afterInput } from "node:timers/promises";
import type { RefreshJob } from "@pulseboard/refresh";
import { type Clock, PulseboardError, sleepUnlessAborted } from "@pulseboard/runtime";

/** One run, as its parts see it. */
export interface RefreshRun extends Pick<RefreshJob, "signal" | "progress"> {
  /** To be called as something begins that the run waits for ("BTCUSDT"), and the function that it returns at its end. */
  readonly begins: (what: string) => () => void;
}

/** Ends runs that hang. */
export interface RunWatch {
  /**
   * Runs `work`, one at a time, and ends the wait for it when nothing of it has come to its end for `hungAfterMs`. The signal of
   * the run is aborted then, and what `work` does later is dropped.
   *
   * @throws PulseboardError "refresh_hung", naming the phase and what it waited for; else what `work` throws
   */
  watch<T>(run: Pick<RefreshJob, "signal" | "progress">, work: (run: RefreshRun) => Promise<T>): Promise<T>;
  /** What the run under way is at, and what it waits for; null without one. */
  where(): string | null;
  /** For what the run causes without calling it itself: each request to an exchange. */
  readonly begins: RefreshRun["begins"];
}

export interface RunWatchOptions {
  /** For so long nothing may come to its end, ms. */
  readonly hungAfterMs: number;
  readonly clock: Clock;
}

/** So many looks without progress in a row are a hang. A process that was stopped for an hour misses one of them at most. */
const SILENT_LOOKS = 4;
const NAMED = 5;

interface Watched {
  /** Counts what came to its end. */
  progress: number;
  phase: string;
  /** By name, how many of these have begun and not ended. */
  readonly pending: Map<string, number>;
}

export function createRunWatch({ hungAfterMs, clock }: RunWatchOptions): RunWatch {
  let current: Watched | null = null;

  const begins = (what: string): (() => void) => {
    const watched = current;
    if (watched === null) {
      return () => undefined;
    }
    watched.pending.set(what, (watched.pending.get(what) ?? 0) + 1);
    return () => {
      const left = (watched.pending.get(what) ?? 1) - 1;
      watched.pending[left > 0 ? "set" : "delete"](what, left);
      watched.progress += 1;
    };
  };

  /** Resolves when the run hangs, or `signal` is aborted. By the monotonic clock, and only while the process itself runs. */
  const hangs = async (watched: Watched, signal: AbortSignal): Promise<PulseboardError> => {
    for (let silentLooks = 0, seen = -1; silentLooks < SILENT_LOOKS; ) {
      seen = watched.progress;
      if (!(await sleepUnlessAborted(clock, hungAfterMs / SILENT_LOOKS, signal))) {
        break;
      }
      // What lies in the sockets already has come to its end.
      await afterInput();
      silentLooks = watched.progress === seen ? silentLooks + 1 : 0;
    }
    return hung(watched, hungAfterMs);
  };

  return {
    begins,
    where: () => (current === null ? null : `${current.phase}${waitsFor(current)}`),
    watch: async (run, work) => {
      run.signal.throwIfAborted();
      const watched: Watched = { progress: 0, phase: "reading the last publication", pending: new Map() };
      const ending = new AbortController();
      const ended = new AbortController();
      const forward = (): void => ending.abort(run.signal.reason);
      run.signal.addEventListener("abort", forward, { once: true });
      const progress = (phase: string): void => {
        watched.phase = phase;
        watched.progress += 1;
        run.progress(phase);
      };
      current = watched;
      try {
        const working = work({ signal: ending.signal, progress, begins }).then((result) => ({ result }));
        const first = await Promise.race([working, hangs(watched, ended.signal)]);
        if ("result" in first) {
          return first.result;
        }
        ending.abort(first);
        throw first;
      } finally {
        ended.abort();
        run.signal.removeEventListener("abort", forward);
        if (current === watched) {
          current = null;
        }
      }
    },
  };
}

/** "; it waits for BTCUSDT", or nothing. */
function waitsFor({ pending }: Watched): string {
  const names = [...pending].map(([what, count]) => (count > 1 ? `${count} of ${what}` : what));
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return names.length === 0 ? "" : `; it waits for ${names.slice(0, NAMED).join(", ")}${more}`;
}

function hung(watched: Watched, hungAfterMs: number): PulseboardError {
  const waitedFor = waitsFor(watched).replace("waits", "waited");
  const seconds = Math.round(hungAfterMs / 100) / 10;
  const message = `The refresh hung while ${watched.phase}: nothing came to its end for ${seconds} s${waitedFor}`;
  return new PulseboardError(message, {
    code: "refresh_hung",
    retryable: true,
    hint: "The next refresh runs as usual. If it happens again, report it with the log.",
  });
}
