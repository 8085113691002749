import { type Envelope, isRecord } from "../transport/envelope.ts";
import { MAX_QUANTITY, readNumber, readTimeMs } from "./numbers.ts";
import { type RowDefects, show } from "./row-defects.ts";
import { readList } from "./rows.ts";

export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

type Row = Readonly<Record<string, unknown>>;

/** The points of a list of rows, oldest first; unusable, repeated and unordered rows are left out and counted. */
export function parseSeries(
  envelope: Envelope,
  endpoint: string,
  timeField: string,
  readValue: (row: Row) => number | string,
  defects: RowDefects,
): readonly Point[] {
  const points: Point[] = [];
  let newerMs = Number.POSITIVE_INFINITY;
  for (const row of readList(endpoint, envelope)) {
    const point = isRecord(row) ? parsePoint(row, timeField, readValue) : `a row that is ${show(row)}`;
    if (typeof point === "string") {
      defects.add(point);
    } else if (point.timeMs >= newerMs) {
      defects.add(`the row of ${point.timeMs} is twice there or out of order`);
    } else {
      newerMs = point.timeMs;
      points.push(point);
    }
  }
  return points.reverse();
}

function parsePoint(row: Row, timeField: string, readValue: (row: Row) => number | string): Point | string {
  const timeMs = readTimeMs(row[timeField]);
  if (timeMs === undefined) {
    return `${timeField} is ${show(row[timeField])}`;
  }
  const value = readValue(row);
  return typeof value === "number" ? { timeMs, value } : `${value} (at ${timeMs})`;
}

/** One side, base coin. The exchange's older field counts both sides of every contract. */
export function readOpenInterest(row: Row): number | string {
  const oneSide = readNumber(row.singleOpenInterest);
  const bothSides = readNumber(row.openInterest);
  const value = oneSide ?? (typeof bothSides === "number" ? bothSides / 2 : undefined);
  if (value !== undefined && value >= 0 && value <= MAX_QUANTITY) {
    return value;
  }
  return `openInterest is ${show(row.openInterest)}, singleOpenInterest ${show(row.singleOpenInterest)}`;
}

/** Share of the accounts that are long, 0..1. */
export function readLongShare(row: Row): number | string {
  const long = readNumber(row.buyRatio);
  const short = readNumber(row.sellRatio);
  if (typeof long !== "number" || long < 0 || long > 1) {
    return `buyRatio is ${show(row.buyRatio)}`;
  }
  if (typeof short !== "number" || Math.abs(long + short - 1) > 0.01) {
    return `sellRatio is ${show(row.sellRatio)}`;
  }
  return long;
}

/** Fraction per settlement. */
export function readFundingRate(row: Row): number | string {
  const rate = readNumber(row.fundingRate);
  return typeof rate === "number" && Math.abs(rate) <= 0.5 ? rate : `fundingRate is ${show(row.fundingRate)}`;
}
