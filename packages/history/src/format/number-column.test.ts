import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeNumbers, encodeNumbers } from "./number-column.ts";

const decimal = fc
  .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: -6, max: 10 }))
  .map(([digits, decimals]) => Number(`${digits}e${-decimals}`));
const figure = fc.oneof(decimal, fc.double(), fc.constantFrom(Number.NaN, 0, -0, Number.MAX_VALUE, 5e-324));
const run = fc.oneof(fc.array(decimal, { maxLength: 30 }), fc.array(figure, { maxLength: 30 }));

it("reads back the same figures, bit by bit", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
      const lengths = runs.map((each) => each.length);
      const values = Float64Array.from(runs.flat());
      const read = new Float64Array(values.length);
      decodeNumbers(encodeNumbers(values, lengths), lengths, read);
      for (const [index, value] of values.entries()) {
        expect(Object.is(read[index], value)).toBe(true);
      }
    }),
    { numRuns: propertyRuns({ quick: 300, thorough: 20_000 }) },
  );
});

it("writes decimal numbers that are close to each other in a byte each, whatever their size", () => {
  for (const values of [
    [91234.5, 91234.6, 91233.9, 91240],
    [0.000012345, 0.000012346, 0.000012347, 0.000012345],
    [1_234_000_000, 1_235_000_000, 1_234_000_000, Number.NaN],
  ]) {
    // The first figure's code has some bytes more, of which each figure has a place.
    const [bytes, longer] = [4, 40].map(
      (count) =>
        encodeNumbers(
          Float64Array.from({ length: count }, (_, index) => values[index % 4] ?? 0),
          [count],
        ).length,
    );
    expect((longer ?? 0) - (bytes ?? 0)).toBeLessThanOrEqual(36 * 3);
  }
});
