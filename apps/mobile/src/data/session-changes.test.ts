import { describe, expect, it } from "vitest";
import { sessionChanges } from "./session-changes.ts";
import { sampleSnapshot, snapshotOf, withScores } from "./testing/sample-snapshot.ts";

const THEN_MS = Date.UTC(2026, 10, 22, 12);
const before = snapshotOf(7, THEN_MS);
const later = snapshotOf(8, THEN_MS + 30_000);

describe("sessionChanges", () => {
  it.each([
    ["up into the upper zone", 64.99, 65, { threshold: 65, direction: "up" }],
    ["down out of it", 65, 64.99, { threshold: 65, direction: "down" }],
    ["down into the lower zone", 35.01, 35, { threshold: 35, direction: "down" }],
    ["up out of it", 35, 35.01, { threshold: 35, direction: "up" }],
    ["from one zone into the other: where it is now", 30, 70, { threshold: 65, direction: "up" }],
    ["and the other way round", 70, 30, { threshold: 35, direction: "down" }],
    ["within the upper zone", 65, 99, null],
    ["within the middle", 36, 64, null],
  ])("a score that went %s", (_name, from, to, expected) => {
    const changes = sessionChanges(withScores(before, { X: from }), withScores(later, { X: to }));
    expect(changes?.crossings).toEqual(expected === null ? [] : [{ symbol: "X", from, to, ...expected }]);
  });

  it("lists the five biggest moves of at least three points, biggest first", () => {
    const then = { A: 50, B: 50, C: 50, D: 50, E: 50, F: 50, G: 50 };
    const now = { A: 53, B: 47, C: 52.99, D: 60, E: 41, F: 55, G: 43 };
    const changes = sessionChanges(withScores(before, then), withScores(later, now));
    expect(changes?.moves.map(({ symbol }) => symbol)).toEqual(["D", "E", "G", "F", "A"]);
    expect(changes?.moves[0]).toEqual({ symbol: "D", from: 50, to: 60 });
  });

  it("counts a move of exactly three points, despite floating-point error", () => {
    const changes = sessionChanges(withScores(before, { X: 1.02 }), withScores(later, { X: 4.02 }));
    expect(changes?.moves).toHaveLength(1);
  });

  it("compares no scores of two versions of the method; a snapshot without one is of the first", () => {
    const of = (version?: number) => {
      const { method_version: _, ...rest } = before;
      return version === undefined ? rest : { ...rest, method_version: version };
    };
    expect(sessionChanges(of(), { ...later, method_version: 2 })).toBeNull();
    expect(sessionChanges(of(2), { ...later, method_version: 3 })).toBeNull();
    expect(sessionChanges(of(), { ...later, method_version: 1 })).not.toBeNull();
  });

  it("lists symbols that came and went", () => {
    const changes = sessionChanges(withScores(before, { A: 50, B: 50 }), withScores(later, { B: 50, C: 50 }));
    expect([changes?.entered, changes?.left]).toEqual([["C"], ["A"]]);
    expect(changes?.baselineAtS).toBe(before.timestamp);
  });

  it("lists new movers only", () => {
    const [gainer] = sampleSnapshot().top_movers.gainers;
    const [loser] = sampleSnapshot().top_movers.losers;
    if (gainer === undefined || loser === undefined) {
      throw new Error("the sample has no movers");
    }
    const movers = (gainers: string[], losers: string[]) => ({
      gainers: gainers.map((symbol) => ({ ...gainer, symbol })),
      losers: losers.map((symbol) => ({ ...loser, symbol })),
    });
    const changes = sessionChanges(
      { ...before, top_movers: movers(["A", "B"], ["C"]) },
      { ...later, top_movers: movers(["B", "C"], ["C", "D"]) },
    );
    expect([changes?.newGainers, changes?.newLosers]).toEqual([["C"], ["D"]]);
  });

  it.each([
    ["another regime", "Bullish: Risk-On", "Neutral: Consolidation", true],
    ["the same", "Bullish: Risk-On", "Bullish: Risk-On", false],
    ["one that is not known any more", "Bullish: Risk-On", "UNKNOWN", false],
    ["one that was not known", "UNKNOWN", "Bullish: Risk-On", false],
  ])("a regime change: %s", (_name, from, to, isChange) => {
    const overview = before.market_overview;
    const changes = sessionChanges(
      { ...before, market_overview: { ...overview, market_regime: from } },
      { ...later, market_overview: { ...overview, market_regime: to } },
    );
    expect(changes?.regime).toEqual(isChange ? { from, to } : null);
  });

  it("compares no snapshot with itself, and no two markets", () => {
    expect(sessionChanges(before, before)).toBeNull();
    expect(sessionChanges(before, { ...later, origin: "bybit", simulated: false })).toBeNull();
    expect(sessionChanges({ ...before, simulated: !later.simulated }, later)).toBeNull();
  });
});
