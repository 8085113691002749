import { describe, expect, it } from "vitest";
import { METHOD_RECORDS } from "./method-records.ts";
import { allProbes } from "./testing/oracle/all-probes.ts";
import { isFound } from "./testing/oracle/is-found.ts";
import { differenceIn } from "./testing/oracle/probes.ts";
import { variationsOf } from "./testing/vary-constants.ts";

/** One variation in so many is tried here; the slow test tries them all. */
const ONE_IN = 12;

describe("the constants of the method", () => {
  const probes = allProbes();

  it("give what other code computes from the method's text", () => {
    expect(probes.map(differenceIn).filter((difference) => difference !== null)).toEqual([]);
  });

  it("are each held: a quarter more or less of one is found (a selection)", () => {
    const tried = variationsOf(METHOD_RECORDS).filter((_, index) => index % ONE_IN === 0);
    expect(tried.length).toBeGreaterThan(25);
    expect(tried.filter((variation) => !isFound(variation, probes)).map(({ path, to }) => `${path}: ${to}`)).toEqual(
      [],
    );
  });
});
