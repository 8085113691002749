import { describe, expect, it } from "vitest";
import { checkChoice, checkRelative } from "./check-relative.mts";
import { scoreOf } from "./score-average.mts";

const round = (value: number): number => Number(value.toFixed(2));

/** W from .9 down to -.3, so that the median is .3. */
const ROWS = Array.from({ length: 13 }, (_, index) => {
  const signal = 0.9 - index / 10;
  const [score, relative] = [round(scoreOf(signal)), round(scoreOf(signal - 0.3))];
  return { symbol: `COIN${index}`, score, relative, relative_rank: index + 1 };
});
const withRow = (index: number, change: object) => ROWS.map((row, i) => (i === index ? { ...row, ...change } : row));

describe("relative", () => {
  it("is the score with the median symbol's W taken off", () => {
    expect(checkRelative(ROWS)).toEqual([]);
    expect(checkRelative(ROWS.slice(0, 12)).join()).toContain("COIN3.relative is");
  });

  it.each([
    ["relative", withRow(4, { relative: round((ROWS[4]?.relative ?? 0) + 0.1) })],
    ["relative", withRow(6, { relative: null })],
    ["relative_rank", withRow(4, { relative_rank: 6 })],
    ["relative_rank", withRow(4, { relative_rank: 4, score: 10 })],
  ])("a wrong %s is found", (name, rows) => {
    expect(checkRelative(rows).join()).toContain(`.${name} is`);
  });

  it("is null below ten symbols", () => {
    const few = ROWS.slice(0, 9);
    expect(checkRelative(few)).toHaveLength(9);
    expect(checkRelative(few.map((row) => ({ ...row, relative: null, relative_rank: null })))).toEqual([]);
  });
});

describe("the list of scores", () => {
  it("has those that are farthest from 50 by relative, the highest score first", () => {
    // By the score alone the last would be nearer to 50 than the sixth.
    const listed = [0, 1, 2, 3, 9, 10, 11, 12].flatMap((index) => ROWS[index] ?? []);
    expect(checkChoice(listed, ROWS)).toEqual([]);
    expect(checkChoice(listed.toReversed(), ROWS).join()).toContain("listed are");
    expect(checkChoice(ROWS.slice(0, 8), ROWS).join()).toContain("listed are");
  });

  it("goes by the score where there is no relative", () => {
    const rows = ROWS.map((row) => ({ ...row, relative: null }));
    expect(checkChoice(rows.slice(0, 3), rows)).toEqual([]);
  });
});
