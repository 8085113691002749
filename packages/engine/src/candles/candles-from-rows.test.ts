import { propertyRuns } from "@pulseboard/testing/property-runs";
import { haveRecordings, RECORDED_KLINES, readRecording } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRecordedKlines } from "../testing/recordings.ts";
import { type CandleRow, candlesFromRows } from "./candles-from-rows.ts";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

type Row = [number, number, number, number, number, number];

const GOOD: Row = [10 * MINUTE_MS, 10, 12, 9, 11, 5];

const rowsOfMinutes: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record({
      prices: fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 1e-9, max: 1e9, noNaN: true }))),
      volume: fc.double({ min: 0, max: 1e12, noNaN: true }),
      gap: fc.nat(3),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((candles) => {
    let minute = 0;
    return candles.map(({ prices: [a = 1, b = 1, c = 1, d = 1], volume, gap }): Row => {
      minute += 1 + gap;
      return [minute * MINUTE_MS, a, Math.max(a, b, c, d), Math.min(a, b, c, d), b, volume];
    });
  });

describe("candles from rows", () => {
  it("have every row as it is, oldest first, gaps included", () => {
    fc.assert(
      fc.property(rowsOfMinutes, (rows) => {
        const { intervalMs, openTimeMs, open, high, low, close, volumeBase } = candlesFromRows(rows, MINUTE_MS);
        expect(intervalMs).toBe(MINUTE_MS);
        const columns = [openTimeMs, open, high, low, close, volumeBase];
        expect(rows.map((_, i) => columns.map((column) => column[i]))).toEqual(rows);
        expect(columns.every((column) => column.length === rows.length)).toBe(true);
      }),
      { numRuns: propertyRuns({ quick: 50, thorough: 1000 }) },
    );
  });

  it.runIf(haveRecordings()).each([5, 30, 240] as const)("take every recorded row of %i min", (minutes) => {
    const [, ...lines] = readRecording(`${RECORDED_KLINES}/${minutes}/DOGEUSDT.csv.gz`).trim().split("\n");
    const rows = lines.map((line) => line.trim().split(",").map(Number));
    expect(rows.length).toBeGreaterThan(150);
    expect(candlesFromRows(rows, minutes * MINUTE_MS)).toEqual(readRecordedKlines("DOGEUSDT", minutes));
  });

  it("leave out candles that close after now", () => {
    const rows = [0, 1, 2].map((minute): Row => [minute * MINUTE_MS, 1, 1, 1, 1, 0]);
    const closed = (nowMs: number) => candlesFromRows(rows, MINUTE_MS, nowMs).close.length;
    expect([2 * MINUTE_MS - 1, 2 * MINUTE_MS, 3 * MINUTE_MS].map(closed)).toEqual([1, 2, 3]);
  });

  it("of no rows are empty", () => {
    const candles = candlesFromRows([], MINUTE_MS);
    expect(candles).toMatchObject({ intervalMs: MINUTE_MS, close: new Float64Array(0) });
  });

  it("of weeks, which do not divide a day, need whole weeks from the first row on", () => {
    const monday = 4 * 86_400_000;
    const week = (start: number): Row => [start, 1, 1, 1, 1, 0];
    expect(candlesFromRows([week(monday), week(monday + WEEK_MS)], WEEK_MS).close).toHaveLength(2);
    expect(() => candlesFromRows([week(monday), week(monday + WEEK_MS + 1)], WEEK_MS)).toThrow(
      /^Row 1: .*off the grid/,
    );
  });
});

describe("a bad row is named, with its fault", () => {
  const changed = (field: number, value: unknown) => GOOD.with(field, value as number);

  it.each<[string, unknown, RegExp]>([
    ["too short", GOOD.slice(0, 5), /not a list of six numbers: open time, open, high, low, close, volume/],
    ["too long", [...GOOD, 1], /six numbers/],
    ["no list", { open: 1 }, /six numbers/],
    ["nothing", null, /six numbers/],
    ["a price as text", changed(1, "10"), /^Row 1: open is of type string, not a finite number$/],
    ["a price as a bigint", changed(1, 10n), /^Row 1: open is of type bigint, not a finite number$/],
    [
      "an object without a text",
      changed(1, Object.create(null)),
      /^Row 1: open is of type object, not a finite number$/,
    ],
    ["without a volume", changed(5, undefined), /^Row 1: volume is undefined, not a finite number$/],
    ["with a null", changed(4, null), /^Row 1: close is null, not a finite number$/],
    ["with NaN", changed(2, Number.NaN), /high is NaN/],
    ["with infinity", changed(2, Number.POSITIVE_INFINITY), /high is Infinity/],
    ["a negative price", changed(3, -1), /^Row 1: low is -1, not above 0$/],
    ["a price of 0", changed(1, 0), /open is 0, not above 0/],
    ["a negative volume", changed(5, -0.5), /volume is -0.5, below 0/],
    ["high below low", [GOOD[0], 10, 9, 12, 11, 5], /high 9 is below low 12/],
    ["high below close", changed(2, 10.5), /high 10.5 is below open 10 or close 11/],
    ["low above open", changed(3, 10.5), /low 10.5 is above open 10 or close 11/],
    ["the time of the row before", changed(0, 9 * MINUTE_MS), /open time 540000 is that of the previous row/],
    ["an earlier time", changed(0, 8 * MINUTE_MS), /480000 is before 540000 of the previous row; rows must be oldest/],
    ["off the grid", changed(0, 10 * MINUTE_MS + 1), /600001 is off the grid of 60000 ms/],
    ["a time with a fraction", changed(0, 600_000.5), /open time 600000.5 is not in Unix ms/],
    ["a time before 1970", changed(0, -MINUTE_MS), /not in Unix ms/],
  ])("%s", (_name, row, message) => {
    const before: Row = [9 * MINUTE_MS, 10, 12, 9, 11, 5];
    const rows = [before, row as CandleRow, [11 * MINUTE_MS, 1, 1, 1, 1, 0]];
    const read = () => candlesFromRows(rows, MINUTE_MS);
    expect(read).toThrow(RangeError);
    expect(read).toThrow(/^Row 1: /);
    expect(read).toThrow(message);
  });

  it("also when it would be left out as unfinished", () => {
    expect(() => candlesFromRows([changed(2, Number.NaN)], MINUTE_MS, 0)).toThrow(/^Row 0: high/);
  });

  it("the first of several, wherever it is", () => {
    fc.assert(
      fc.property(rowsOfMinutes, fc.nat(), fc.nat(5), (rows, place, field) => {
        const index = place % rows.length;
        const broken = rows.map((row, i) => (i >= index ? row.with(field, Number.NaN) : row));
        expect(() => candlesFromRows(broken, MINUTE_MS)).toThrow(new RegExp(`^Row ${index}: `));
      }),
      { numRuns: propertyRuns({ quick: 50, thorough: 1000 }) },
    );
  });

  it.each([0, -60_000, 0.5, Number.NaN])("and so is an interval of %d", (intervalMs) => {
    expect(() => candlesFromRows([], intervalMs)).toThrow(/^The interval is .*, not a whole number of ms$/);
  });

  it.each([Number.NaN, null, "0", 0n])("and so is a time of now that is %s", (nowMs) => {
    expect(() => candlesFromRows([GOOD], MINUTE_MS, nowMs as number)).toThrow(/^nowMs is .*, not a time in Unix ms$/);
  });

  it.each([null, undefined, "", {}, new Set([GOOD])])("and so are rows that are %s", (rows) => {
    const read = () => candlesFromRows(rows as unknown as CandleRow[], MINUTE_MS);
    expect(read).toThrow(new RangeError("The rows are not a list"));
  });
});
