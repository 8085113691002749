import { isRecord } from "@pulseboard/runtime";
import type { Answer, NoAnswer } from "../../operator/http-client.ts";

/** The requests that are asked, at most once each; the pages of contracts are one. */
export const REQUEST_NAMES = [
  "time",
  "contracts",
  "firstPage",
  "secondPage",
  "tickers",
  "minutes",
  "openMinutes",
  "fiveMinutes",
  "halfHours",
  "fourHours",
  "quietMinutes",
  "book",
  "trades",
  "openInterest",
  "accountRatio",
  "fundingHistory",
  "unknownSymbol",
  "wrongParameter",
  "unknownRoute",
] as const;

export type RequestName = (typeof REQUEST_NAMES)[number];

export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly answer: Answer | NoAnswer;
  /** When it was answered, Unix ms by our clock. */
  readonly atMs: number;
}

/** What the exchange answered. What could not be asked is not in it. */
export interface Evidence {
  readonly answers: ReadonlyMap<RequestName, Asked>;
  /** A simulated market has a time of its own. */
  readonly simulated: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

/** `result` of a good answer; null when there is none. */
export function resultOf({ answers }: Evidence, name: RequestName): Row | null {
  const answer = answers.get(name)?.answer;
  const body = answer?.status === 200 ? answer.body : null;
  return isRecord(body) && body.retCode === 0 && isRecord(body.result) ? body.result : null;
}

/** `result.list` of a good answer; empty when there is none. */
export function listOf(evidence: Evidence, name: RequestName): readonly unknown[] {
  const list = resultOf(evidence, name)?.list;
  return Array.isArray(list) ? list : [];
}

export function rowsOf(evidence: Evidence, name: RequestName): readonly Row[] {
  return listOf(evidence, name).filter(isRecord);
}

/** The exchange's own time of an answer, Unix ms; NaN when it does not say. */
export function timeOf({ answers }: Evidence, name: RequestName): number {
  const answer = answers.get(name)?.answer;
  const body = answer?.status === null ? null : answer?.body;
  return isRecord(body) && typeof body.time === "number" ? body.time : Number.NaN;
}

/** Perpetuals quoted in USDT that trade: those that are scored, and some on other things than crypto. */
export function tradedContracts(evidence: Evidence): readonly Row[] {
  return rowsOf(evidence, "contracts").filter(
    ({ contractType, quoteCoin, status, isPreListing }) =>
      contractType === "LinearPerpetual" && quoteCoin === "USDT" && status === "Trading" && isPreListing !== true,
  );
}

/** The rows of the tickers of these contracts. */
export function tradedTickers(evidence: Evidence): readonly Row[] {
  const names = new Set(tradedContracts(evidence).map(({ symbol }) => symbol));
  return rowsOf(evidence, "tickers").filter(({ symbol }) => names.has(symbol));
}

/** A decimal string as a number; NaN for anything else, as for "" (the exchange's word for unknown). */
export function decimal(value: unknown): number {
  return typeof value === "string" && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
}
