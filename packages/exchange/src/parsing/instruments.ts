import { isRecord } from "../transport/envelope.ts";
import { readNumber } from "./numbers.ts";
import { type RowDefects, show } from "./row-defects.ts";

/** What makes a ticker row ours: a perpetual on crypto, quoted in USDT, that trades. */
export interface Instrument {
  readonly symbol: string;
  readonly baseCoin: string;
  readonly fundingIntervalHours: number | null;
}

/** Perpetuals on something else than crypto. "" and "innovation" are crypto. */
const OTHER_MARKETS: ReadonlySet<string> = new Set(["stock", "commodity", "forex"]);

/** The eligible instrument of a row, or null for one that is not eligible or not usable (then it is counted). */
export function parseInstrument(row: unknown, defects: RowDefects): Instrument | null {
  if (!isRecord(row)) {
    defects.add(`a row that is ${show(row)}`);
    return null;
  }
  const { symbol, contractType, status, baseCoin, quoteCoin } = row;
  for (const [field, value] of Object.entries({ symbol, contractType, status, baseCoin, quoteCoin })) {
    if (typeof value === "string" && value !== "") {
      continue;
    }
    defects.add(`${field} of ${show(symbol)} is ${show(value)}`);
    return null;
  }
  if (contractType !== "LinearPerpetual" || quoteCoin !== "USDT" || status !== "Trading") {
    return null;
  }
  if (row.isPreListing === true || OTHER_MARKETS.has(String(row.symbolType ?? "").toLowerCase())) {
    return null;
  }
  return { symbol: String(symbol), baseCoin: String(baseCoin), fundingIntervalHours: readInterval(row, defects) };
}

function readInterval(row: Readonly<Record<string, unknown>>, defects: RowDefects): number | null {
  const minutes = readNumber(row.fundingInterval);
  if (minutes === null) {
    return null;
  }
  if (minutes !== undefined && minutes >= 1 && minutes <= 7 * 24 * 60) {
    return minutes / 60;
  }
  defects.add(`fundingInterval of ${show(row.symbol)} is ${show(row.fundingInterval)}`);
  return null;
}
