import { describe, expect, it } from "vitest";
import { EngineInputError } from "../domain/engine-input-error.ts";
import { dwellOnRegime, type RegimeDwell } from "./regime-dwell.ts";

const PERIOD_MS = 30_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Computes the regime once a period, and remembers like a caller does. */
function openDwell() {
  let dwell: RegimeDwell | null = null;
  let nowMs = 0;
  const compute = (name: string | null, sinceMs = PERIOD_MS) => {
    nowMs += sinceMs;
    const next = dwellOnRegime(name, nowMs, PERIOD_MS, dwell);
    dwell = structuredClone(next.dwell);
    return next.shown;
  };
  /** The names shown over so many minutes of the computed one. */
  const during = (name: string | null, minutes: number) =>
    Array.from({ length: (minutes * MINUTE_MS) / PERIOD_MS }, () => compute(name));
  return { compute, during };
}

describe("the regime that is shown", () => {
  it("is the first known one at once, and is unknown at once", () => {
    const { compute } = openDwell();
    expect([compute(null), compute("A"), compute(null)]).toEqual([null, "A", null]);
  });

  it("changes when the computed one has differed from it for an hour, to the one computed then", () => {
    const { compute, during } = openDwell();
    compute("A");
    expect(new Set([...during("B", 30), ...during("C", 30)])).toEqual(new Set(["A"]));
    expect(compute("C")).toBe("C");
  });

  it("holds against a name that comes and goes", () => {
    const { compute, during } = openDwell();
    compute("A");
    during("B", 59);
    expect(compute("A")).toBe("A");
    expect(new Set(during("B", 60))).toEqual(new Set(["A"]));
    expect(compute("B")).toBe("B");
  });

  it("counts the hour anew after a gap of more than three periods, or a step back", () => {
    for (const gapMs of [3 * PERIOD_MS + 1, -60_001]) {
      const { compute, during } = openDwell();
      compute("A");
      during("B", 59);
      expect(compute("B", gapMs)).toBe("A");
      expect(new Set(during("B", 59.5))).toEqual(new Set(["A"]));
      expect(compute("B")).toBe("B");
    }
    const { compute, during } = openDwell();
    compute("A");
    during("B", 59);
    expect(compute("B", 3 * PERIOD_MS)).toBe("B");
  });

  it("holds against the clocks of servers that are up to a minute behind each other", () => {
    const { compute } = openDwell();
    compute("A");
    const shown = Array.from({ length: 160 }, (_, i) => compute("B", i % 5 === 4 ? -1_000 : PERIOD_MS + 250));
    // Five of them take two minutes.
    expect(shown.indexOf("B")).toBe(150);
  });

  it.each([
    [{ name: "A", differsSinceMs: null, unknownSinceMs: null, asOfMs: 0 }, Number.NaN],
    [{ name: "A", differsSinceMs: Number.NaN, unknownSinceMs: null, asOfMs: 0 }, 1],
    [{ name: "A", differsSinceMs: 1, unknownSinceMs: null, asOfMs: 0 }, 1],
    [{ name: "A", differsSinceMs: null, unknownSinceMs: 1, asOfMs: 0 }, 1],
  ])("refuses times that cannot be: %o at %d", (before, marketMs) => {
    expect(() => dwellOnRegime("B", marketMs, PERIOD_MS, before)).toThrow(EngineInputError);
  });

  it("is the one before when it comes back from unknown within an hour, and the computed one later", () => {
    const within = openDwell();
    within.compute("A");
    within.during(null, 60);
    expect(within.compute("B")).toBe("A");
    const later = openDwell();
    later.compute("A");
    later.compute(null);
    expect(later.compute("B", HOUR_MS + 1)).toBe("B");
  });

  it("remembers no time after that of the computation, whichever way market time goes", () => {
    let dwell: RegimeDwell | null = null;
    for (const [name, marketMs] of [
      ["A", 9],
      ["B", 10],
      [null, 5],
      [null, 3],
      ["C", 2],
    ] as const) {
      dwell = dwellOnRegime(name, 100_000 * marketMs, PERIOD_MS, dwell).dwell;
      expect(Math.max(dwell?.differsSinceMs ?? 0, dwell?.unknownSinceMs ?? 0)).toBeLessThanOrEqual(dwell?.asOfMs ?? 0);
    }
  });

  it("counts the hour anew after it was unknown", () => {
    const { compute, during } = openDwell();
    compute("A");
    during("B", 59);
    compute(null);
    expect(new Set(during("B", 60))).toEqual(new Set(["A"]));
    expect(compute("B")).toBe("B");
  });
});
