import { propertyRuns } from "@pulseboard/testing/property-runs";
import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import {
  generatedMarkets,
  type MarketCase,
  NOTABLE_GENERATED,
  NOTABLE_RECORDED,
  nastyMarkets,
  recordedMarkets,
} from "./arbitraries.ts";

/** Enough for the thorough run on a busy machine. */
const TIMEOUT_MS = 600_000;
/** For the random choices of a law in a notable market. */
const NOTABLE_SEED = 20_250_630;

/**
 * Checks a law on generated markets, on windows of recorded ones, and on both with much wrong in them. A failure prints
 * fast-check's seed.
 *
 * @param runs Markets of each kind in `npm test`; `npm run test:all` takes 20 times as many.
 * @param check Throws when the law is broken; `seed` is for its own random choices.
 */
export function describeLaw(name: string, runs: number, check: (market: SymbolInputs, seed: number) => void): void {
  const verify = (markets: fc.Arbitrary<MarketCase>, notable: readonly MarketCase[]) => {
    const cases = markets.map(named);
    const law = fc.property(cases, fc.integer({ min: 0, max: 2 ** 31 }), ({ build }, seed) => check(build(), seed));
    fc.assert(law, {
      examples: notable.map((market) => [named(market), NOTABLE_SEED]),
      numRuns: notable.length + propertyRuns({ quick: runs, thorough: 20 * runs }),
    });
  };
  describe(name, () => {
    it("holds in generated markets", { timeout: TIMEOUT_MS }, () => {
      verify(generatedMarkets(), NOTABLE_GENERATED);
    });

    it.runIf(haveRecordings())("holds over windows of recorded candles", { timeout: TIMEOUT_MS }, () => {
      verify(recordedMarkets(), NOTABLE_RECORDED);
    });

    it.runIf(haveRecordings())("holds where much is wrong at once", { timeout: TIMEOUT_MS }, () => {
      verify(nastyMarkets(), []);
    });
  });
}

/** A failure prints the description of the market; the market itself is too long. */
function named({ description, build }: MarketCase) {
  return { description, build, [fc.toStringMethod]: () => description };
}
