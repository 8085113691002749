import { expect, test } from "vitest";
import { dayPoints, sparkPath } from "./spark-path.ts";

const TO_S = 1_800_000;
const day = (closes: readonly (number | null)[], price: number, sinceS = 600) => ({
  closes,
  closesToS: TO_S,
  price,
  atS: TO_S + sinceS,
});
const drawn = (closes: readonly (number | null)[], price: number, before: number | null = null) =>
  sparkPath({ points: dayPoints(day(closes, price)), before, width: 144, height: 20 });

test("each close stands at its half hour's end, and the row's own price is the newest", () => {
  expect(dayPoints(day([10, 11, 12], 13))).toEqual([
    { price: 10, atS: TO_S - 3600, joins: false },
    { price: 11, atS: TO_S - 1800, joins: true },
    { price: 12, atS: TO_S, joins: true },
    { price: 13, atS: TO_S + 600, joins: true },
  ]);
});

test("a missing close is a gap, also the last one once a whole half hour is missing", () => {
  const joins = (closes: readonly (number | null)[], sinceS: number) =>
    dayPoints(day(closes, 13, sinceS)).map((point) => point.joins);
  expect(joins([10, null, 12], 0)).toEqual([false, false]);
  expect(joins([10, null, 12], 1799)).toEqual([false, false, true]);
  // The half hour has closed, and its close is on the way.
  expect(joins([10, 11, 12], 3599)).toEqual([false, true, true, true]);
  expect(joins([10, 11, 12], 3600)).toEqual([false, true, true, false]);
});

test("what is older than 24 h, or not older than the row, is left out", () => {
  const all = Array.from({ length: 48 }, (_, index) => index + 1);
  expect(dayPoints(day(all, 99, 1800)).length).toBe(48 + 1);
  expect(dayPoints(day(all, 99, 1801)).map(({ price }) => price)).toEqual([...all.slice(1), 99]);
  // Of a copy from yesterday only the end is left, far from the newest price.
  expect(dayPoints(day(all, 99, 23 * 3600))).toEqual([
    { price: 46, atS: TO_S - 3600, joins: false },
    { price: 47, atS: TO_S - 1800, joins: true },
    { price: 48, atS: TO_S, joins: true },
    { price: 99, atS: TO_S + 23 * 3600, joins: false },
  ]);
  expect(dayPoints(day([10, 11, 12], 13, -60)).map(({ price }) => price)).toEqual([10, 11, 13]);
});

test("24 h fill the width, and the range of the prices the height", () => {
  expect(drawn([100, 120], 110)).toEqual({ path: "M140 20L143 0L144 10", end: { x: 144, y: 10 }, beforeY: null });
});

test("the price 24 h ago is inside", () => {
  expect(drawn([100, 120], 110, 80)).toMatchObject({ path: "M140 10L143 0L144 5", beforeY: 20 });
  expect(drawn([100, 120], 110, 140)).toMatchObject({ path: "M140 20L143 10L144 15", beforeY: 0 });
});

test("prices that hardly differ look flat, in the middle", () => {
  expect(drawn([100, 100], 100).path).toBe("M140 10L143 10L144 10");
  // 0.1 % of the price in a range of 1 %.
  expect(drawn([99.9, 99.9], 100).path).toBe("M140 11L143 11L144 9");
});

test("a point between two gaps is a dot", () => {
  expect(drawn([100, null, 120, null, 100], 100).path).toBe("M131 20h0M137 0h0M143 20L144 20");
  expect(drawn([], 100).path).toBe("M144 10h0");
});
