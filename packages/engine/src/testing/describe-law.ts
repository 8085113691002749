import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { generatedMarkets, type MarketCase, recordedMarkets } from "./arbitraries.ts";

/**
 * Checks a law on generated markets and on windows of recorded ones. A failure prints fast-check's seed.
 *
 * @param check Throws when the law is broken; `seed` is for random choices of its own.
 */
export function describeLaw(name: string, runs: number, check: (market: SymbolInputs, seed: number) => void): void {
  const verify = (markets: fc.Arbitrary<MarketCase>) => {
    // A failure prints the description of the market; the market itself is too long.
    const cases = markets.map(({ description, build }) => ({
      description,
      build,
      [fc.toStringMethod]: () => description,
    }));
    const law = fc.property(cases, fc.integer({ min: 0, max: 2 ** 31 }), ({ build }, seed) => check(build(), seed));
    fc.assert(law, { numRuns: runs });
  };
  describe(name, () => {
    it("holds in generated markets", () => {
      verify(generatedMarkets());
    });

    it.runIf(haveRecordings())("holds over windows of recorded candles", () => {
      verify(recordedMarkets());
    });
  });
}
