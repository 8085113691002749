import {
  HISTORY_COMPONENTS,
  type HistoryRefresh,
  type HistoryRow,
  KNOWN_INPUTS,
  type KnownInputName,
} from "@pulseboard/history";

export const EXPORT_FORMATS = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One row as it is exported. Null: unknown. */
interface ExportedRow {
  readonly time: string;
  readonly method_version: number;
  readonly sequence: number;
  readonly period_ms: number;
  readonly direction: string | null;
  readonly symbol: string;
  readonly scored: boolean;
  readonly known_inputs: readonly KnownInputName[] | null;
  readonly [figure: string]: unknown;
}

/** In this order they are in a line. */
const EXPORT_FIELDS = [
  "time",
  "method_version",
  "sequence",
  "period_ms",
  "direction",
  "symbol",
  "scored",
  "score",
  "weighted_signal",
  "relative",
  ...HISTORY_COMPONENTS,
  "outlook",
  "reliability",
  "momentum_1h",
  "momentum_24h",
  "rating_30m",
  "mark_price",
  "funding_rate",
  "open_interest_usd",
  "turnover_usd",
  "known_inputs",
] as const;

/** The lines of one refresh, one for each symbol; "" without any. */
export function linesOf(refresh: HistoryRefresh, methodVersion: number, format: ExportFormat): string {
  const toLine = format === "csv" ? csvLine : jsonLine;
  return refresh.rows.map((row) => toLine(exportedRow(refresh, row, methodVersion))).join("");
}

/** What comes before all lines. */
export function headOf(format: ExportFormat): string {
  return format === "csv" ? `${EXPORT_FIELDS.join(",")}\n` : "";
}

function exportedRow(
  { asOfMs, sequence, periodMs, direction }: HistoryRefresh,
  row: HistoryRow,
  methodVersion: number,
): ExportedRow {
  return {
    time: new Date(asOfMs).toISOString(),
    method_version: methodVersion,
    sequence,
    period_ms: periodMs,
    direction,
    symbol: row.symbol,
    scored: row.scored,
    score: row.score,
    weighted_signal: row.weightedSignal,
    relative: row.relative,
    ...row.components,
    outlook: row.outlook,
    reliability: row.reliability,
    momentum_1h: row.momentum1h,
    momentum_24h: row.momentum24h,
    rating_30m: row.rating30m,
    mark_price: row.markPrice,
    funding_rate: row.fundingRate,
    open_interest_usd: row.openInterestUsd,
    turnover_usd: row.turnoverUsd,
    // Of a symbol of which only the price is kept, they are not known.
    known_inputs: row.scored ? KNOWN_INPUTS.filter((_, bit) => (row.knownInputs >> bit) % 2 === 1) : null,
  };
}

function jsonLine(row: ExportedRow): string {
  return `${JSON.stringify(Object.fromEntries(EXPORT_FIELDS.map((field) => [field, row[field]])))}\n`;
}

/** No field has a comma, a quotation mark or a line's end in it. */
function csvLine(row: ExportedRow): string {
  return `${EXPORT_FIELDS.map((field) => csvField(row[field])).join(",")}\n`;
}

function csvField(value: unknown): string {
  if (value === null) {
    return "";
  }
  return Array.isArray(value) ? value.join(" ") : String(value);
}
