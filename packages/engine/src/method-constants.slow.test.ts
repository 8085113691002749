import { describe, expect, it } from "vitest";
import { scoreSymbol } from "./confluence/score-symbol.ts";
import { METHOD_RECORDS } from "./method-records.ts";
import { allProbes } from "./testing/oracle/all-probes.ts";
import { isFound } from "./testing/oracle/is-found.ts";
import { deepMarket } from "./testing/oracle/markets.ts";
import { ourFigures } from "./testing/oracle/our-figures.ts";
import { variationsOf } from "./testing/vary-constants.ts";

describe("the constants of the method, all of them", () => {
  it("are each held: a quarter more or less of one is found", () => {
    const probes = allProbes();
    const variations = variationsOf(METHOD_RECORDS);
    expect(variations.length).toBeGreaterThan(400);
    const missed = variations.filter((variation) => !isFound(variation, probes));
    expect(missed.map(({ path, from, to }) => `${path}: ${from} -> ${to}`)).toEqual([]);
  });

  it("are as before after each trial", () => {
    const market = deepMarket(1);
    const before = ourFigures(scoreSymbol(market));
    for (const { during } of variationsOf(METHOD_RECORDS)) {
      during(() => null);
    }
    expect(ourFigures(scoreSymbol(market))).toEqual(before);
  });
});
