import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** True if this is the thorough run (`npm run test:all`): slow suites, and property tests with many cases. */
    thorough: boolean;
  }
}

/**
 * How many cases a property test runs.
 *
 * @param runs.quick in `npm test`: enough to catch what breaks the property plainly, in some tenths of a second
 * @param runs.thorough in `npm run test:all`
 */
export function propertyRuns(runs: { readonly quick: number; readonly thorough: number }): number {
  return inject("thorough") ? runs.thorough : runs.quick;
}
