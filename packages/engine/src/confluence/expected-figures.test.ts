import { expect } from "vitest";
import { describeLaw } from "../testing/describe-law.ts";
import { differenceIn, marketProbe } from "../testing/oracle/probes.ts";

describeLaw("every signal, weight, score and factor of reliability is what other code computes", 3, (market) => {
  expect(differenceIn(marketProbe(market.symbol, market))).toBeNull();
});
