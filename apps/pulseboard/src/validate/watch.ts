import { type Clock, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Check, CheckSection } from "../operator/checks.ts";
import { createHttpClient, type ServerAddress } from "../operator/http-client.ts";
import { type Change, createChangeFinder } from "./changes.ts";
import type { Expectations, ValidateDurations } from "./expectations.ts";
import { type Sample, takeSample } from "./sample.ts";
import { createTally, type Tally, tallyChecks } from "./tally.ts";

export interface WatchOptions {
  readonly address: ServerAddress;
  readonly expectations: Expectations;
  readonly durations: ValidateDurations;
  readonly clock: Clock;
  readonly watchMs: number;
  /** Between the beginnings of two samples. */
  readonly everyMs: number;
  /** Ends the watch early, with its report. */
  readonly signal: AbortSignal;
  /** Called as soon as a sample differs from the one before. */
  readonly onChange: (change: Change) => void;
  readonly onProgress: (text: string) => void;
}

export interface WatchReport {
  readonly tally: Tally;
  readonly sections: readonly CheckSection[];
}

/** The sequence may stand still for two periods. */
const GROWS_WITHIN_PERIODS = 2;

/** Looks at a server again and again; a sample that hangs does not put off the next. */
export async function watch(options: WatchOptions): Promise<WatchReport> {
  const { address, durations, clock, watchMs, everyMs, signal, onChange, onProgress } = options;
  const client = createHttpClient({ address, clock, giveUpAfterMs: durations.giveUpAfterMs });
  const { add, tally } = createTally(durations);
  const changesIn = createChangeFinder();
  const sequenceCheckOf = createSequenceWatch();
  let last: readonly Check[] = [];
  const use = (sample: Sample): void => {
    const checks = [...sample.checks, sequenceCheckOf(sample)];
    last = checks;
    add(sample);
    for (const change of changesIn({ ...sample, checks })) {
      onChange(change);
    }
    onProgress(progress(tally(clock.monotonicMs()), Math.ceil(watchMs / everyMs)));
  };

  const startedMs = clock.monotonicMs();
  // Each is used after the one before it, whichever is answered first.
  let used = Promise.resolve();
  for (let count = 1; ; count += 1) {
    const sample = takeSample({ ...options, client });
    used = used.then(async () => use(await sample));
    // What was missed while this program was stopped is not made up for: it would be a burst, of which some would fail.
    count = Math.max(count, 1 + Math.floor((clock.monotonicMs() - startedMs) / everyMs));
    const nextMs = startedMs + count * everyMs;
    if (nextMs >= startedMs + watchMs) {
      await sleepUnlessAborted(clock, startedMs + watchMs - clock.monotonicMs(), signal);
      break;
    }
    if (!(await sleepUnlessAborted(clock, nextMs - clock.monotonicMs(), signal))) {
      break;
    }
  }
  const endedMs = clock.monotonicMs();
  await used;
  const total = tally(endedMs);
  return {
    tally: total,
    sections: [
      { title: "watch", checks: tallyChecks(total, durations) },
      { title: "at the end", checks: last },
    ],
  };
}

function createSequenceWatch(): (sample: Sample) => Check {
  const name = "sequence";
  let highest: { readonly sequence: number; readonly sinceMs: number } | null = null;
  return ({ sequence, periodMs, monotonicMs }) => {
    if (sequence === null || periodMs === null) {
      return { name, verdict: "unknown", seen: "there is no snapshot" };
    }
    if (highest !== null && sequence < highest.sequence) {
      return { name, verdict: "failed", seen: `${sequence} after ${highest.sequence}`, expected: "it only grows" };
    }
    if (highest === null || sequence > highest.sequence) {
      highest = { sequence, sinceMs: monotonicMs };
    }
    const sinceMs = monotonicMs - highest.sinceMs;
    const seen = `${sequence} for ${Math.round(sinceMs / 1000)} s`;
    return sinceMs <= GROWS_WITHIN_PERIODS * periodMs
      ? { name, verdict: "ok", seen }
      : { name, verdict: "failed", seen, expected: "it grows within two periods" };
  };
}

function progress({ samples, errors, fresh, p95Ms }: Tally, planned: number): string {
  const p95 = p95Ms === null ? "no answer" : `p95 ${Math.round(p95Ms)} ms`;
  return `${samples} of ${planned} samples: ${p95}, ${errors} errors, ${fresh} fresh`;
}
