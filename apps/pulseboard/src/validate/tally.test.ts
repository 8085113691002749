import { describe, expect, it } from "vitest";
import { VALIDATE_DURATIONS } from "./expectations.ts";
import type { Sample } from "./sample.ts";
import { createTally, tallyChecks } from "./tally.ts";

const START_MS = Date.UTC(2025, 5, 10, 12);

/** A sample at a second of the watch: fresh after 10 ms, unless said otherwise. */
function sample(second: number, changes: Partial<Sample> = {}): Sample {
  const atMs = START_MS + second * 1000;
  const monotonicMs = second * 1000;
  const good = { tookMs: 10, hasSnapshot: true, isFresh: true, sequence: 1, periodMs: 30_000, checks: [] };
  return { atMs, monotonicMs, ...good, ...changes };
}

const STALE = { isFresh: false };
const NO_ANSWER = { tookMs: null, hasSnapshot: false, isFresh: false, sequence: null };

function tallyOf(...samples: readonly Sample[]) {
  const { add, tally } = createTally(VALIDATE_DURATIONS);
  samples.forEach(add);
  return tally(samples.length * 1000);
}

describe("a watch", () => {
  it("counts errors and fresh answers, and ranks the answers by their time", () => {
    const samples = Array.from({ length: 100 }, (_, second) => sample(second, { tookMs: second + 1 }));
    expect(tallyOf(...samples, sample(100, NO_ANSWER), sample(101, STALE))).toMatchObject({
      samples: 102,
      errors: 1,
      fresh: 100,
      p50Ms: 50,
      p95Ms: 95,
      p99Ms: 99,
    });
  });

  it("ranks answers that come in any order", () => {
    const samples = [7, 3, 9, 1, 10, 2, 8, 4, 6, 5].map((tookMs, second) => sample(second, { tookMs }));
    expect(tallyOf(...samples)).toMatchObject({ p50Ms: 5, p95Ms: 10 });
  });

  it("is looked at after each of a day's samples, one a second, in no time", () => {
    const { add, tally } = createTally(VALIDATE_DURATIONS);
    const startedMs = performance.now();
    for (let second = 0; second < 20_000; second += 1) {
      add(sample(second, { tookMs: (second * 7_919) % 1_000 }));
      tally(second);
    }
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it("finds the longest time without a fresh snapshot, to the moment when one came", () => {
    const gap = tallyOf(
      sample(0),
      sample(1, STALE),
      sample(2),
      sample(3, NO_ANSWER),
      sample(4, STALE),
      sample(5),
    ).longestGap;
    expect(gap).toEqual({ fromMs: START_MS + 3_000, ms: 2_010 });
  });

  it("takes a snapshot that comes too late for no end of a gap", () => {
    expect(tallyOf(sample(0, NO_ANSWER), sample(1, { tookMs: 2_001 }), sample(2, { tookMs: 500 })).longestGap?.ms).toBe(
      2_500,
    );
  });

  it("has no gap while all is well, and one to its end while nothing is", () => {
    expect(tallyOf(sample(0), sample(1)).longestGap).toBeNull();
    expect(tallyOf(sample(0), sample(1, STALE), sample(2, STALE)).longestGap?.ms).toBe(2_000);
  });
});

describe("the limits of a watch", () => {
  const verdicts = (tally: Parameters<typeof tallyChecks>[0]) =>
    Object.fromEntries(tallyChecks(tally, VALIDATE_DURATIONS).map(({ name, verdict }) => [name, verdict]));
  const well = { samples: 10_000, errors: 9, fresh: 8_001, p50Ms: 5, p95Ms: 1_999, p99Ms: 9_000, longestGap: null };

  it("are met just below them", () => {
    expect(verdicts(well)).toEqual({ answers: "ok", errors: "ok", fresh: "ok", "longest gap": "ok" });
  });

  it.each([
    ["answers", { p95Ms: 2_000 }],
    ["answers", { p95Ms: null }],
    ["errors", { errors: 10 }],
    ["fresh", { fresh: 8_000 }],
  ])("are not met: %s", (name, changes) => {
    const { [name]: verdict, ...others } = verdicts({ ...well, ...changes });
    expect(verdict).toBe("failed");
    expect(new Set(Object.values(others))).toEqual(new Set(["ok"]));
  });
});
