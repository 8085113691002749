import type { Check } from "../operator/checks.ts";
import type { ValidateDurations } from "./expectations.ts";
import type { Sample } from "./sample.ts";

const MAX_ERROR_SHARE = 0.001;
const MIN_FRESH_SHARE = 0.8;

/** A stretch of samples without a fresh snapshot in time. */
export interface Gap {
  /** Unix ms. */
  readonly fromMs: number;
  readonly ms: number;
}

/** What a watch has counted. */
export interface Tally {
  readonly samples: number;
  readonly errors: number;
  readonly fresh: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** From the first sample without a fresh snapshot in time to the next that got one; null when every sample had one. */
  readonly longestGap: Gap | null;
}

export interface TallyKeeper {
  /** In the order of their beginning. */
  add(sample: Sample): void;
  /** @param endedMs - The end of the watch by the monotonic clock: a gap that is still open lasts until then. */
  tally(endedMs: number): Tally;
}

/** @param durations - A fresh snapshot that comes later than an answer may take ends no gap. */
export function createTally({ answerMs }: ValidateDurations): TallyKeeper {
  /** In order: sorted at each look, a watch of a month would be busy with nothing else. */
  const tookMs: number[] = [];
  let samples = 0;
  let errors = 0;
  let fresh = 0;
  let longest: Gap | null = null;
  let open: Sample | null = null;
  const longer = (from: Sample | null, untilMs: number): Gap | null => {
    const ms = from === null ? 0 : untilMs - from.monotonicMs;
    return from !== null && ms > (longest?.ms ?? 0) ? { fromMs: from.atMs, ms } : longest;
  };
  return {
    add: (sample) => {
      samples += 1;
      errors += sample.hasSnapshot ? 0 : 1;
      fresh += sample.isFresh ? 1 : 0;
      if (sample.tookMs !== null) {
        insert(tookMs, sample.tookMs);
      }
      if (sample.isFresh && sample.tookMs !== null && sample.tookMs <= answerMs) {
        longest = longer(open, sample.monotonicMs + sample.tookMs);
        open = null;
      } else {
        open ??= sample;
      }
    },
    tally: (endedMs) => {
      const percentile = (share: number): number | null => tookMs[Math.ceil(share * tookMs.length) - 1] ?? null;
      return {
        samples,
        errors,
        fresh,
        p50Ms: percentile(0.5),
        p95Ms: percentile(0.95),
        p99Ms: percentile(0.99),
        longestGap: longer(open, endedMs),
      };
    },
  };
}

/** Into a list that is in order. */
function insert(sorted: number[], value: number): void {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) <= value) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  sorted.splice(from, 0, value);
}

/** Judges a watch by its limits. */
export function tallyChecks(tally: Tally, { answerMs }: ValidateDurations): readonly Check[] {
  const { samples, errors, fresh, p50Ms, p95Ms, p99Ms, longestGap } = tally;
  const errorShare = errors / Math.max(1, samples);
  const freshShare = fresh / Math.max(1, samples);
  return [
    {
      name: "answers",
      verdict: p95Ms !== null && p95Ms < answerMs ? "ok" : "failed",
      seen: `p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)}, p99 ${ms(p99Ms)} of ${samples} samples`,
      expected: `p95 below ${answerMs} ms`,
    },
    {
      name: "errors",
      verdict: errorShare < MAX_ERROR_SHARE ? "ok" : "failed",
      seen: `${percent(errorShare)} (${errors} of ${samples})`,
      expected: `below ${percent(MAX_ERROR_SHARE)}`,
    },
    {
      name: "fresh",
      verdict: freshShare > MIN_FRESH_SHARE ? "ok" : "failed",
      seen: `${percent(freshShare)} with stale: false (${fresh} of ${samples})`,
      expected: `above ${percent(MIN_FRESH_SHARE)}`,
    },
    longestGap === null
      ? { name: "longest gap", verdict: "ok", seen: "none: every sample was fresh and in time" }
      : {
          name: "longest gap",
          verdict: "warning",
          seen: `${(longestGap.ms / 1000).toFixed(1)} s without a fresh snapshot in time, from ${new Date(longestGap.fromMs).toISOString()}`,
        },
  ];
}

const ms = (value: number | null): string => (value === null ? "unknown" : `${value.toFixed(1)} ms`);
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
