import { isRecord } from "@pulseboard/runtime";
import { createRowErrors, preview } from "../errors/row-errors.ts";
import type { Point, SeriesPage } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { MAX_QUANTITY, readNumber, readPastMs } from "./numbers.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * The points of an answer, oldest first; unusable, repeated and unordered rows are left out and counted.
 *
 * @param readValue the value of a row, or a description of its error
 * @throws ExchangeError for an answer without a list
 */
export function parseSeries(
  envelope: Envelope,
  endpoint: string,
  timeField: string,
  readValue: (row: Row) => number | string,
): SeriesPage {
  const points: Point[] = [];
  const errors = createRowErrors();
  let newerMs = Number.POSITIVE_INFINITY;
  for (const row of readList(endpoint, envelope)) {
    const point = isRecord(row) ? parsePoint(row, timeField, envelope.timeMs, readValue) : `a row is ${preview(row)}`;
    if (typeof point === "string") {
      errors.add(point);
    } else if (point.timeMs >= newerMs) {
      errors.add(`the row of ${point.timeMs} is repeated or out of order`);
    } else {
      newerMs = point.timeMs;
      points.push(point);
    }
  }
  return { points: points.reverse(), errors };
}

function parsePoint(
  row: Row,
  timeField: string,
  answeredMs: number,
  readValue: (row: Row) => number | string,
): Point | string {
  const timeMs = readPastMs(row[timeField], answeredMs);
  if (timeMs === undefined) {
    return `${timeField} is ${preview(row[timeField])}`;
  }
  const value = readValue(row);
  return typeof value === "number" ? { timeMs, value } : `${value} (at ${timeMs})`;
}

/** One-sided, in the base coin. The older field `openInterest` counts both sides of every contract. */
export function readOpenInterest(row: Row): number | string {
  const oneSide = readNumber(row.singleOpenInterest);
  const bothSides = readNumber(row.openInterest);
  const value = oneSide ?? (typeof bothSides === "number" ? bothSides / 2 : undefined);
  if (value !== undefined && value >= 0 && value <= MAX_QUANTITY) {
    return value;
  }
  return `openInterest is ${preview(row.openInterest)}, singleOpenInterest ${preview(row.singleOpenInterest)}`;
}

/** Share of the accounts that are long, 0..1. */
export function readLongShare(row: Row): number | string {
  const long = readNumber(row.buyRatio);
  const short = readNumber(row.sellRatio);
  if (typeof long !== "number" || long < 0 || long > 1) {
    return `buyRatio is ${preview(row.buyRatio)}`;
  }
  if (typeof short !== "number" || Math.abs(long + short - 1) > 0.01) {
    return `sellRatio is ${preview(row.sellRatio)}`;
  }
  return long;
}

/** Fraction per settlement. */
export function readFundingRate(row: Row): number | string {
  const rate = readNumber(row.fundingRate);
  return typeof rate === "number" && Math.abs(rate) <= 0.5 ? rate : `fundingRate is ${preview(row.fundingRate)}`;
}
