import { exampleDocuments } from "@pulseboard/snapshot";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { describe, expect, test } from "vitest";
import { createLegacyKeys } from "./legacy-keys.ts";

const PERIOD_MS = 30_000;
const example = exampleDocuments();
const { snapshot, symbols } = {
  ...example,
  snapshot: { ...example.snapshot, origin: "bybit", simulated: false },
};
/** The same refresh with the last known good scores of an earlier one. */
const withOldScores = {
  symbols,
  snapshot: { ...snapshot, sections: { ...snapshot.sections, scores: { ...snapshot.sections.scores, stale: true } } },
};

function create(config: { readonly publishLegacyKeys: boolean; readonly simulated: boolean }) {
  const recorded = createRecordedLog();
  return { ...recorded, keys: createLegacyKeys({ config, periodMs: PERIOD_MS, log: recorded.log }) };
}

describe("The keys for programs of the system before", () => {
  test.each([
    ["without the variable", { publishLegacyKeys: false, simulated: false }],
    ["of simulated data", { publishLegacyKeys: true, simulated: true }],
  ])("are not written %s", (_, config) => {
    expect(create(config).keys).toBeNull();
  });

  test("live for ten periods", () => {
    const { keys } = create({ publishLegacyKeys: true, simulated: false });
    expect(keys?.({ snapshot, symbols }).lifetimeMs).toBe(10 * PERIOD_MS);
    expect(keys?.({ snapshot, symbols }).texts.size).toBeGreaterThan(0);
  });

  test("are said to be gone once, after ten refreshes without them, and to be back once", () => {
    const { keys, lines } = create({ publishLegacyKeys: true, simulated: false });
    const said = () => lines.map(({ key, msg }) => `${key} ${msg}`);
    for (let refreshes = 0; refreshes < 9; refreshes++) {
      keys?.(withOldScores);
    }
    expect(said().filter((line) => line.startsWith("analysis:signals"))).toEqual([]);
    for (let refreshes = 0; refreshes < 5; refreshes++) {
      keys?.(withOldScores);
    }
    keys?.({ snapshot, symbols });
    keys?.({ snapshot, symbols });
    expect(said().filter((line) => line.startsWith("analysis:signals"))).toEqual([
      "analysis:signals Other programs find this key no longer: it is written when it is whole",
      "analysis:signals Other programs find this key again",
    ]);
    expect(lines.find(({ key }) => key === "analysis:signals")).toMatchObject({ lacks: "section scores is stale" });
  });
});
