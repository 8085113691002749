import { expect } from "vitest";
import { fillScratch } from "../indicators/scratch.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { scoreSymbol } from "./score-symbol.ts";

describeLaw("nothing is read from scratch memory before it is written", 12, (market) => {
  fillScratch(0);
  const analysis = scoreSymbol(market);
  fillScratch(Number.NaN);
  expect(scoreSymbol(market)).toEqual(analysis);
  fillScratch(1e9);
  expect(scoreSymbol(market)).toEqual(analysis);
});
