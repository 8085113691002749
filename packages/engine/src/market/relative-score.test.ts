import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeScores } from "./relative-score.ts";

const stretched = (signal: number) => 50 + (50 * Math.tanh(1.8 * signal)) / Math.tanh(1.8);
const universe = (signals: readonly number[]) =>
  signals.map((weightedSignal, i) => ({ symbol: `S${String(i).padStart(3, "0")}`, weightedSignal }));

describe("relative scores", () => {
  it("measure each symbol against the median, of an even number the mean of the two in the middle", () => {
    const signals = [0.5, 0.4, 0.3, 0.2, 0.1, 0.04, -0.1, -0.2, -0.3, -0.4];
    const scores = relativeScores(universe(signals));
    for (const [i, signal] of signals.entries()) {
      const own = scores?.get(universe(signals)[i]?.symbol ?? "");
      expect(own?.relative).toBeCloseTo(stretched(signal - 0.07), 12);
      expect(own?.rank).toBe(i + 1);
    }
    expect(relativeScores(universe([...signals, -0.5]))?.get("S005")?.relative).toBe(50);
  });

  it("stay within 0..100 when the median is far away", () => {
    const scores = relativeScores(universe([...Array.from({ length: 10 }, () => 1), -1]));
    expect(scores?.get("S010")).toEqual({ relative: 0, rank: 11 });
  });

  it("are refused with a W that is not finite", () => {
    expect(() => relativeScores(universe([...Array.from({ length: 12 }, () => 0.1), Number.NaN]))).toThrow(
      "S012.weightedSignal is NaN",
    );
  });

  it("are unknown below 10 symbols", () => {
    expect(relativeScores(universe(Array.from({ length: 9 }, (_, i) => i / 10)))).toBeNull();
    expect(relativeScores(universe(Array.from({ length: 10 }, (_, i) => i / 10)))?.size).toBe(10);
    expect(relativeScores(universe([0, 0.1, 0.2, 0.3]), 5)).toBeNull();
    expect(relativeScores(universe([0, 0.1, 0.2, 0.3, 0.4]), 5)?.size).toBe(5);
  });

  it("rank equal symbols by name, in any order of the list", () => {
    const equal = universe(Array.from({ length: 12 }, () => 0.2));
    expect([...(relativeScores(equal.toReversed()) ?? [])].map(([symbol, { rank }]) => [symbol, rank])).toEqual(
      equal.map(({ symbol }, i) => [symbol, i + 1]),
    );
  });

  it("mirror with the whole universe, do not depend on its order, and are ranked like the scores", () => {
    const signals = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(signals, fc.integer({ min: 0, max: 59 }), (values, turn) => {
        const symbols = universe(values);
        const scores = relativeScores(symbols);
        const mirrored = relativeScores(universe(values.map((value) => -value)));
        const turned = relativeScores([...symbols.slice(turn), ...symbols.slice(0, turn)]);
        for (const { symbol } of symbols) {
          const [own, reflection] = [scores?.get(symbol), mirrored?.get(symbol)];
          expect((own?.relative ?? Number.NaN) + (reflection?.relative ?? Number.NaN)).toBeCloseTo(100, 9);
          expect(turned?.get(symbol)).toEqual(own);
        }
        const byRank = [...(scores ?? [])].sort(([, a], [, b]) => a.rank - b.rank).map(([symbol]) => symbol);
        const signalOf = new Map(symbols.map(({ symbol, weightedSignal }) => [symbol, weightedSignal]));
        const ranked = byRank.map((symbol) => signalOf.get(symbol) ?? Number.NaN);
        expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
      }),
    );
  });
});
