import { describe, expect, it } from "vitest";
import { addMeanSignal } from "../../apps/worker/src/state/history.ts";
import { REGIME } from "../../packages/engine/src/market/regime.ts";
import { variationsOf } from "../../packages/engine/src/testing/vary-constants.ts";

const QUARTER_S = 900;
const DAY_S = 86_400;
const SIGNALS = new Array<number>(10).fill(0.25);

/** Refreshes every 5 min for two hours, after eight days with one in each quarter of an hour. */
function samplesAfterTwoHours(): readonly number[] {
  const before = Array.from({ length: 8 * 96 }, (_, i) => i * QUARTER_S);
  let samples: Parameters<typeof addMeanSignal>[0] = { at: before, value: before };
  for (let atS = 8 * DAY_S; atS < 8 * DAY_S + 7200; atS += 300) {
    samples = addMeanSignal(samples, atS, SIGNALS);
  }
  return samples.at;
}

describe("the samples of the regime", () => {
  // The last refresh of each of the last two hours' quarters, and before them what is left of seven days.
  const last = Array.from({ length: 8 }, (_, i) => 8 * DAY_S + i * QUARTER_S + 600);
  const older = Array.from({ length: 7 * 96 - 8 }, (_, i) => 8 * DAY_S - (i + 1) * QUARTER_S).reverse();

  it("are the last of each quarter of an hour of seven days", () => {
    expect(samplesAfterTwoHours()).toEqual([...older, ...last]);
  });

  it("are others with a quarter more or less of either constant", () => {
    const tried = variationsOf(REGIME).filter(({ path }) => path === "keepSamplesMs" || path === "sampleEveryMs");
    expect(tried).toHaveLength(4);
    for (const { during } of tried) {
      expect(during(samplesAfterTwoHours)).not.toEqual([...older, ...last]);
    }
  });

  it("need ten scored symbols", () => {
    expect(addMeanSignal({ at: [], value: [] }, 0, SIGNALS.slice(1)).at).toEqual([]);
    expect(addMeanSignal({ at: [], value: [] }, 0, SIGNALS).at).toEqual([0]);
  });
});
