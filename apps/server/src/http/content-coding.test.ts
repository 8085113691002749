import { expect, it } from "vitest";
import { chooseCoding, createCodingChoice } from "./content-coding.ts";

it.each([
  [undefined, "identity"],
  ["", "identity"],
  ["gzip", "gzip"],
  ["br", "br"],
  ["gzip, deflate, br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["GZip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "identity"],
  ["*", "br"],
  ["br;q=0, *", "gzip"],
  ["gzip;q=0", "identity"],
  ["gzip;q=0.000, br ; q=0", "identity"],
  ["gzip;q=1.0, br;q=0.5", "gzip"],
  ["gzip;q=0.001", "gzip"],
  ["br;q=0.8, gzip;q=0.8", "br"],
  ["identity, gzip;q=0.5", "identity"],
  ["identity;q=0.5, gzip;q=0.2", "identity"],
  ["identity;q=0, gzip", "gzip"],
  ["identity;q=0, *", "br"],
  ["*;q=0, gzip", "gzip"],
  ["*;q=0, identity;q=0.1", "identity"],
  ["*;q=0", null],
  ["identity;q=0", null],
  ["identity;q=0, deflate", null],
  ["gzip;q=2, br;q=-1", "identity"],
  ["gzip;q=high", "identity"],
  [",,;;=,q=1", "identity"],
])("Accept-Encoding: %s chooses %s", (header, coding) => {
  expect(chooseCoding(header)).toBe(coding);
  const choose = createCodingChoice();
  expect([choose(header), choose(header)]).toEqual([coding, coding]);
});
