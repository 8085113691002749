import { METHOD_VERSION, type SymbolInputs, type Timeframe } from "@pulseboard/engine";
import {
  DAY,
  DAYS_KEY,
  type DaysDocument,
  dayOfSymbolSchema,
  HISTORY_SPANS,
  type HistorySpan,
  historyKey,
  MAX_DAYS_BYTES,
  MAX_SYMBOL_HISTORY_BYTES,
  type MissingReason,
  SCHEMA_VERSION,
  type Steps,
  type SymbolHistory,
  symbolHistorySchema,
} from "@pulseboard/snapshot";
import type { SingleDocument } from "@pulseboard/storage";
import { assertValid, limitedText } from "../documents/build-documents.ts";
import { candlePoints } from "./candle-points.ts";
import type { ScoreSeries } from "./score-series.ts";

/** What a refresh gives for the documents of histories. */
export interface HistoryMoment {
  readonly asOfMs: number;
  /** Of its publication. */
  readonly sequence: number;
  readonly origin: string;
  readonly simulated: boolean;
  /** By symbol, of the scored ones. */
  readonly inputs: ReadonlyMap<string, SymbolInputs>;
}

const SPANS: readonly (readonly [HistorySpan, Timeframe])[] = [
  ["6h", "1m"],
  ["24h", "5m"],
  ["7d", "30m"],
  ["90d", "4h"],
];
const PRICE_DIGITS = 6;
/** A sparkline shows no more, and the document of 600 symbols is small enough so. */
const DAY_PRICE_DIGITS = 5;

/** The end of the last step that is over, Unix ms. */
export function endOfStepMs(asOfMs: number, stepS: number): number {
  return Math.floor(asOfMs / (stepS * 1000)) * stepS * 1000;
}

function envelopeOf({ sequence, origin, simulated }: HistoryMoment) {
  return { schema_version: SCHEMA_VERSION, method_version: METHOD_VERSION, sequence, origin, simulated } as const;
}

/**
 * `mobile:days`, a symbol in a step.
 * @throws SnapshotBuildError when it would not be valid
 */
export function* daysSteps(moment: HistoryMoment, series: Pick<ScoreSeries, "read">): Steps<SingleDocument> {
  const endMs = endOfStepMs(moment.asOfMs, DAY.stepS);
  const { points } = DAY;
  const symbols: Record<string, DaysDocument["symbols"][string]> = {};
  for (const [symbol, { candles }] of moment.inputs) {
    const { price } = candlePoints(candles["30m"], { points, endMs, digits: DAY_PRICE_DIGITS });
    const day = { price_day: price, score_day: series.read(symbol, "7d", endMs, points).score };
    assertValid(dayOfSymbolSchema, day, `${DAYS_KEY} ${symbol}`);
    symbols[symbol] = day;
    yield;
  }
  const document = { ...envelopeOf(moment), as_of: endMs / 1000, step_s: DAY.stepS, symbols } satisfies DaysDocument;
  return { key: DAYS_KEY, sequence: moment.sequence, text: limitedText(document, DAYS_KEY, MAX_DAYS_BYTES) };
}

/**
 * One `mobile:history:SYMBOL`, a span in a step.
 * @throws SnapshotBuildError when it would not be valid
 */
export function* symbolHistorySteps(
  moment: HistoryMoment,
  { symbol, candles }: SymbolInputs,
  series: Pick<ScoreSeries, "read" | "sinceMs">,
): Steps<SingleDocument> {
  const missing: Record<string, MissingReason> = {};
  const spans: Record<string, unknown> = {};
  for (const [span, timeframe] of SPANS) {
    const { points, stepS } = HISTORY_SPANS[span];
    const endMs = endOfStepMs(moment.asOfMs, stepS);
    const { price, reason } = candlePoints(candles[timeframe], { points, endMs, digits: PRICE_DIGITS });
    const scores = series.read(symbol, span, endMs);
    if (reason !== null) {
      missing[`spans.${span}.price`] = reason;
    }
    for (const [name, column] of Object.entries(scores)) {
      if (column[0] === null) {
        missing[`spans.${span}.${name}`] = "warming_up";
      }
    }
    spans[span] = { step_s: stepS, to: endMs / 1000, price, ...scores };
    yield;
  }
  const sinceMs = series.sinceMs(symbol);
  if (sinceMs === null) {
    missing.scores_since = "warming_up";
  }
  const key = historyKey(symbol);
  const document = {
    ...envelopeOf(moment),
    symbol,
    as_of: Math.floor(moment.asOfMs / 1000),
    scores_since: sinceMs === null ? null : Math.floor(sinceMs / 1000),
    spans: spans as SymbolHistory["spans"],
    missing,
  } satisfies SymbolHistory;
  assertValid(symbolHistorySchema, document, key);
  yield;
  return { key, sequence: moment.sequence, text: limitedText(document, key, MAX_SYMBOL_HISTORY_BYTES) };
}
