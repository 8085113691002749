import { expect, test } from "vitest";
import type { SinceLastLook } from "../../data/since-last-look.ts";
import { hasNews } from "./has-news.ts";

const NOTHING: SinceLastLook = {
  when: 1_800_000_000,
  regime: null,
  crossings: [],
  moves: [],
  newGainers: [],
  newLosers: [],
  entered: [],
  left: [],
};

test("nothing changed: nothing to say", () => {
  expect(hasNews(NOTHING)).toBe(false);
});

test.each<Partial<SinceLastLook>>([
  { regime: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" } },
  { crossings: [{ symbol: "AUSDT", from: 60, to: 70, threshold: 65, direction: "up" }] },
  { moves: [{ symbol: "AUSDT", from: 40, to: 60 }] },
  { newGainers: ["AUSDT"] },
  { newLosers: ["AUSDT"] },
  { entered: ["AUSDT"] },
  { left: ["AUSDT"] },
])("%j is news", (change) => {
  expect(hasNews({ ...NOTHING, ...change })).toBe(true);
});
