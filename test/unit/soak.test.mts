import { describe, expect, it } from "vitest";
import { failuresOf, flatnessOf, logRate } from "../faults/soak/judge-soak.mts";
import { soakPlot, soakTables } from "../faults/soak/soak-report.mts";
import type { SoakFault, SoakResult } from "../faults/soak/soak-result.mts";

const FAULT: SoakFault = {
  name: "stop redis",
  minute: 2,
  lastedMs: 5000,
  touched: 1,
  recoveryMs: 4000,
  bound: { ms: 12_000, what: "two periods" },
  facts: [],
  violations: [],
};

/** Twelve looks a minute at a worker that has `workerMb` at each minute; all else stands still. */
function soak(workerMb: (minute: number) => number, changes: Partial<SoakResult> = {}): SoakResult {
  const samples = Array.from({ length: 360 }, (_, index) => {
    const minute = index / 12;
    const values = {
      "worker RSS, MB": workerMb(minute),
      "server RSS, MB": 80,
      "Redis memory, MB": 12,
      "Redis keys": 120,
    };
    return { minute, values };
  });
  return {
    seed: 7,
    minutes: 30,
    samples,
    faults: [FAULT],
    logBytes: { worker: 100_000, server: 50_000 },
    problems: [],
    ...changes,
  };
}

describe("a soak", () => {
  it("passes when memory is flat after the fifth minute, whatever it was before", () => {
    const result = soak((minute) => (minute < 5 ? 60 + 20 * minute : 200 + Math.sin(minute)));
    expect(failuresOf(result)).toEqual([]);
    expect(flatnessOf(result)[0]?.medians.map(Math.round)).toEqual([200, 200, 200, 200, 200]);
  });

  it("is not misled by a short peak", () => {
    expect(failuresOf(soak((minute) => (minute > 12 && minute < 13 ? 900 : 200)))).toEqual([]);
  });

  it("fails with memory that grows, and with memory that shrinks, by more than a tenth", () => {
    expect(failuresOf(soak((minute) => 200 + minute))).toEqual([]);
    expect(failuresOf(soak((minute) => 200 + 2 * minute))).toEqual([
      "worker RSS, MB: +18.6 % from minutes 5 to 10 (medians 215.0, 225.0, 235.0, 245.0, 255.0)",
    ]);
    expect(failuresOf(soak((minute) => 200 - 2 * minute))[0]).toMatch(/^worker RSS, MB: -\d/);
  });

  it("fails with a log of more than a megabyte an hour", () => {
    const result = soak(() => 200, { logBytes: { worker: 600_000, server: 400_000 } });
    expect(logRate(result, "worker")).toBe(1_200_000);
    expect(failuresOf(result)).toEqual(["the worker logs 1.20 MB an hour"]);
  });

  it("fails with a broken promise, and with a problem of the harness", () => {
    const broken = { ...FAULT, violations: [{ invariant: "I2", what: "sequence 7 after 8" }] };
    expect(failuresOf(soak(() => 200, { faults: [broken], problems: ["the stage did not start"] }))).toEqual([
      "the stage did not start",
      'I2 at "stop redis": sequence 7 after 8',
    ]);
  });

  it("does not judge memory by less than two windows", () => {
    const result = soak((minute) => 100 + 100 * minute, { minutes: 14 });
    expect(flatnessOf(result)[0]).toMatchObject({ furthest: null });
    expect(failuresOf(result)).toEqual([]);
  });
});

describe("its report", () => {
  it("has a table of medians, logs and faults", () => {
    const text = soakTables(soak(() => 200));
    expect(text).toContain("| worker RSS, MB | 200.0 | 200.0 | 200.0 | 200.0 | 200.0 | +0.0 % |");
    expect(text).toContain("| worker's log, MB an hour | 0.200 |");
    expect(text).toContain("| 2.0 | stop redis | 5.0 | 1 | 4.0 | 12.0 | held |");
  });

  it("has a plot with a line for each series, also where there are no samples", () => {
    const plot = soakPlot(soak((minute) => 200 + minute));
    expect(plot).toMatch(/<title>[^<]+<\/title>/);
    expect(plot.match(/<polyline/g)).toHaveLength(4);
    expect(plot).not.toMatch(/NaN|undefined|Infinity/);
    expect(soakPlot(soak(() => 200, { samples: [] }))).not.toMatch(/NaN|undefined|Infinity/);
  });
});
