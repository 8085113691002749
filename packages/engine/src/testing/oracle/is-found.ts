import type { Variation } from "../vary-constants.ts";
import { differenceIn, type Probe } from "./probes.ts";

/** Constants that the engine states and others read; the tests that hold them are named. */
const HELD_ELSEWHERE: Readonly<Record<string, string>> = {
  "regime.sampleEveryMs": "test/unit/regime-samples.test.mts",
  "regime.keepSamplesMs": "test/unit/regime-samples.test.mts",
};

/** The rating is no part of the score: its constants are found by its own probes, and the others by others. */
const isOfRating = (name: string) => name.startsWith("rating");

/** Whether a probe finds the change; one that the engine cannot compute with is found too. */
export function isFound({ path, during }: Variation, probes: readonly Probe[]): boolean {
  return (
    path in HELD_ELSEWHERE ||
    during(() =>
      probes
        .filter(({ name }) => isOfRating(name) === isOfRating(path))
        .some((probe) => {
          try {
            return differenceIn(probe) !== null;
          } catch {
            // A test that meets an error fails.
            return true;
          }
        }),
    )
  );
}
