import { expect, it } from "vitest";
import { formats } from "../../format/formats.ts";
import { seriesWords } from "./series-words.ts";

const times = [1000, 2000, 3000, 4000];
const when = (atS: number) => formats.dateTime(atS);
const words = (values: readonly (number | null)[]) => seriesWords(times, values, formats.score);

it("says the first and the last known value, the lowest and the highest", () => {
  expect(words([50, 60, 40, 45])).toBe(`50.0 (${when(1000)}) to 45.0 (${when(4000)}), low 40.0, high 60.0.`);
});

it("says where something is missing in between, and not where it begins later", () => {
  expect(words([50, null, 40, 45])).toMatch(/, with gaps\.$/);
  expect(words([null, null, 40, 45])).toBe(`40.0 (${when(3000)}) to 45.0 (${when(4000)}), low 40.0, high 45.0.`);
});

it("says that there is one point, or none", () => {
  expect(words([null, null, 40, null])).toBe(`40.0 (${when(3000)}), one point so far.`);
  expect(words([null, null, null, null])).toBe("nothing known in this span.");
});
