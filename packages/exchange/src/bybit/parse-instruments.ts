import { isRecord } from "@pulseboard/runtime";
import { badBody } from "../errors/exchange-error.ts";
import { createRowErrors, preview, type RowErrors } from "../errors/row-errors.ts";
import type { Instrument, InstrumentPage } from "../gateway/exchange-api.ts";
import { type Envelope, readList } from "./envelope.ts";
import { readNumber } from "./numbers.ts";

export const INSTRUMENTS = "/v5/market/instruments-info";

/** Symbol types of perpetuals on other things than crypto; "" and "innovation" are crypto. */
const OTHER_MARKETS: ReadonlySet<string> = new Set(["stock", "commodity", "forex"]);

/** @throws ExchangeError for an answer without a list, or with an unusable cursor */
export function parseInstruments(envelope: Envelope): InstrumentPage {
  const nextCursor = envelope.result.nextPageCursor ?? "";
  if (typeof nextCursor !== "string") {
    throw badBody(INSTRUMENTS, `nextPageCursor is ${preview(nextCursor)}`);
  }
  const errors = createRowErrors();
  const instruments = readList(INSTRUMENTS, envelope).flatMap((row) => parseInstrument(row, errors) ?? []);
  return { instruments, nextCursor: nextCursor === "" ? null : nextCursor, errors };
}

/** The instrument of a row; null for one that is not eligible, or not usable (which is counted). */
function parseInstrument(row: unknown, errors: RowErrors): Instrument | null {
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
  if (row.isPreListing === true || OTHER_MARKETS.has(String(row.symbolType ?? "").toLowerCase())) {
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
