import { expect, test } from "vitest";
import type { SessionChanges } from "../../data/session-changes.ts";
import { hasChanges } from "./session-changes-panel.tsx";

const NOTHING: SessionChanges = {
  baselineAtS: 1_800_000_000,
  regime: null,
  crossings: [],
  moves: [],
  newGainers: [],
  newLosers: [],
  entered: [],
  left: [],
};

test("without changes there is nothing to show", () => {
  expect(hasChanges(NOTHING)).toBe(false);
});

test.each<Partial<SessionChanges>>([
  { regime: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" } },
  { crossings: [{ symbol: "AUSDT", from: 60, to: 70, threshold: 65, direction: "up" }] },
  { moves: [{ symbol: "AUSDT", from: 40, to: 60 }] },
  { newGainers: ["AUSDT"] },
  { newLosers: ["AUSDT"] },
  { entered: ["AUSDT"] },
  { left: ["AUSDT"] },
])("%j is worth showing", (change) => {
  expect(hasChanges({ ...NOTHING, ...change })).toBe(true);
});
