import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { generatedMarkets, type MarketCase, recordedMarkets } from "./arbitraries.ts";

/**
 * States a law once and checks it on generated markets and on windows of recorded ones. A failure prints fast-check's seed.
 *
 * @param check Throws where the law is broken; `seed` is for choices of its own.
 */
export function describeLaw(name: string, runs: number, check: (market: SymbolInputs, seed: number) => void): void {
  const verify = (markets: fc.Arbitrary<MarketCase>) => {
    // Only what the market is made from takes part in the report of a failure; the market itself is too long to print.
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
