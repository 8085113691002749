import { propertyRuns } from "@pulseboard/testing/property-runs";
import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { generatedMarkets, type MarketCase, nastyMarkets, recordedMarkets } from "./arbitraries.ts";

/** Enough for the thorough run on a busy machine. */
const TIMEOUT_MS = 600_000;

/**
 * Checks a law on generated markets, on windows of recorded ones, and on both with much wrong in them. A failure prints
 * fast-check's seed.
 *
 * @param runs Markets of each kind in `npm test`; `npm run test:all` takes 20 times as many.
 * @param check Throws when the law is broken; `seed` is for its own random choices.
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
    fc.assert(law, { numRuns: propertyRuns({ quick: runs, thorough: 20 * runs }) });
  };
  describe(name, () => {
    it("holds in generated markets", { timeout: TIMEOUT_MS }, () => {
      verify(generatedMarkets());
    });

    it.runIf(haveRecordings())("holds over windows of recorded candles", { timeout: TIMEOUT_MS }, () => {
      verify(recordedMarkets());
    });

    it.runIf(haveRecordings())("holds where much is wrong at once", { timeout: TIMEOUT_MS }, () => {
      verify(nastyMarkets());
    });
  });
}
