import { isRecord } from "@pulseboard/runtime";
import { isContractName } from "@pulseboard/snapshot/contract-name";
import { badBody } from "../errors/exchange-error.ts";
import { createRowErrors, preview, type RowErrors } from "../errors/row-errors.ts";
import type { Instrument, InstrumentPage, LeftOutContract } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { readNumber } from "./numbers.ts";

export const INSTRUMENTS = "/v5/market/instruments-info";

/** Values of `symbolType` of perpetuals on crypto, in lower case; "" is most of them. */
const CRYPTO_TYPES: ReadonlySet<string> = new Set(["", "innovation", "adventure"]);
/** Those of perpetuals on other things. The exchange adds new values, which may be either. */
const OTHER_TYPES: ReadonlySet<string> = new Set(["stock", "xstocks", "etf", "commodity", "forex", "index"]);

/** @throws ExchangeError for an answer without a list, or with an unusable cursor */
export function parseInstruments(envelope: Envelope): InstrumentPage {
  const nextCursor = envelope.result.nextPageCursor ?? "";
  if (typeof nextCursor !== "string") {
    throw badBody(INSTRUMENTS, `nextPageCursor is ${preview(nextCursor)}`);
  }
  const errors = createRowErrors();
  const leftOut: LeftOutContract[] = [];
  const instruments = readList(INSTRUMENTS, envelope).flatMap((row) => parseInstrument(row, errors, leftOut) ?? []);
  return { instruments, leftOut, nextCursor: nextCursor === "" ? null : nextCursor, errors };
}

/** The instrument of a row; null for one that is not eligible, or not usable (which is counted or left out by name). */
function parseInstrument(row: unknown, errors: RowErrors, leftOut: LeftOutContract[]): Instrument | null {
  if (!isRecord(row)) {
    errors.add(`a row is ${preview(row)}`);
    return null;
  }
  const { symbol, contractType, status, baseCoin, quoteCoin } = row;
  for (const [field, value] of Object.entries({ symbol, contractType, status, baseCoin, quoteCoin })) {
    if (typeof value === "string" && value !== "") {
      continue;
    }
    errors.add(`${field} of ${preview(symbol)} is ${preview(value)}`);
    return null;
  }
  if (contractType !== "LinearPerpetual" || quoteCoin !== "USDT" || status !== "Trading") {
    return null;
  }
  const type = typeof row.symbolType === "string" ? row.symbolType.toLowerCase() : (row.symbolType ?? "");
  if (row.isPreListing === true || (typeof type === "string" && OTHER_TYPES.has(type))) {
    return null;
  }
  if (typeof type !== "string" || !CRYPTO_TYPES.has(type)) {
    const message = `${INSTRUMENTS}: contracts of an unknown symbolType (${preview(row.symbolType)}) are left out.`;
    leftOut.push({ name: preview(symbol), code: "unknown_symbol_type", message });
    return null;
  }
  if (!isContractName(String(symbol))) {
    const message = `${INSTRUMENTS}: contracts whose names cannot be used are left out.`;
    leftOut.push({ name: preview(symbol), code: "unusable_name", message });
    return null;
  }
  return { symbol: String(symbol), baseCoin: String(baseCoin), fundingIntervalHours: readInterval(row, errors) };
}

function readInterval(row: Readonly<Record<string, unknown>>, errors: RowErrors): number | null {
  const minutes = readNumber(row.fundingInterval);
  if (minutes === null) {
    return null;
  }
  if (minutes !== undefined && minutes >= 1 && minutes <= 7 * 24 * 60) {
    return minutes / 60;
  }
  errors.add(`fundingInterval of ${preview(row.symbol)} is ${preview(row.fundingInterval)}`);
  return null;
}
