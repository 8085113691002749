import { expect, it } from "vitest";
import { shuffledRecords } from "./testing/shuffled-records.ts";

it("claims little that is not so: on 1,000 records of 180 days whose symbols are shuffled anew each day", () => {
  const shares = shuffledRecords(1_000, 1);
  expect(shares.claimed).toBeLessThanOrEqual(0.15);
  expect(shares.shown["1h"]).toBeLessThanOrEqual(0.025);
  expect(shares.shown["4h"]).toBeLessThanOrEqual(0.025);
});
