import { expect, it } from "vitest";
import { directionOf } from "./direction-of.ts";

it.each([
  ["Strong Bullish: Broad Rally", "bullish"],
  ["Bullish: Mild Uptrend", "bullish"],
  ["Volatile: Volatile Rally", "bullish"],
  ["Neutral: Consolidation", "neutral"],
  ["Volatile: Choppy Waters", "neutral"],
  ["Bearish: Risk-Off", "bearish"],
  ["Strong Bearish: Flight to BTC", "bearish"],
  ["Volatile: Volatile Selloff", "bearish"],
  ["Something else", null],
])("%s: %s", (regime, direction) => {
  expect(directionOf(regime)).toBe(direction);
});
