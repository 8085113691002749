import {
  type ChainLink,
  dayOf,
  type Estimate,
  type Gate,
  type HistoryRefresh,
  type HORIZONS,
  RECORD_METHOD,
  type RecordSummary,
} from "@pulseboard/history";
import { isoFromUnixMs, type RecordDocument, recordDocumentSchema, SCHEMA_VERSION } from "@pulseboard/snapshot";
import { NAMED } from "./summary-options.ts";

type Horizon = (typeof HORIZONS)[number];
type HorizonFields = RecordDocument["horizons"][Horizon];
type HorizonFigures = NonNullable<RecordSummary["horizons"][Horizon]>;
type Ranked = HorizonFigures["ranked"][string];
type Line = HorizonFigures["lines"][string];

export interface RecordDocumentParts {
  readonly summary: RecordSummary;
  readonly newest: HistoryRefresh;
  readonly chain: readonly ChainLink[];
  readonly methodVersion: number;
  readonly methodHash: string;
  readonly origin: string;
  readonly simulated: boolean;
  /** Wall time, Unix ms. */
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
const BP = 10_000;

/**
 * The document `mobile:record`. Its sequence is that of the newest refresh that was read.
 *
 * @throws ZodError when it is not as the schema says, which is a defect
 */
export function recordDocument(parts: RecordDocumentParts): RecordDocument {
  const { summary, newest, chain, nowMs } = parts;
  const head = chain.at(-1);
  const document: RecordDocument = {
    schema_version: SCHEMA_VERSION,
    method_version: parts.methodVersion,
    sequence: newest.sequence,
    origin: parts.origin,
    simulated: parts.simulated,
    timestamp: Math.floor(nowMs / 1000),
    generated_at: isoFromUnixMs(nowMs),
    as_of: Math.floor(newest.asOfMs / 1000),
    method_hash: parts.methodHash,
    chain: head === undefined ? null : { head: head.hash, day: head.day, links: chain.length },
    needs_symbols: RECORD_METHOD.minSymbols,
    symbols: newest.rows.filter(({ scored }) => scored).length,
    named: NAMED,
    others: summary.others,
    round_trip_fees_bp: RECORD_METHOD.roundTripFeesBp,
    input_changes: summary.inputChanges.map(({ day, ...change }) => ({ day: dayText(day), ...change })),
    outlook: { "1h": gateFields(summary.gates["1h"], "1h"), "4h": gateFields(summary.gates["4h"], "4h") },
    horizons: mapValues(summary.horizons, horizonFields) as RecordDocument["horizons"],
  };
  recordDocumentSchema.parse(document);
  return document;
}

function gateFields({ shown, why, t, days }: Gate, horizon: "1h" | "4h"): RecordDocument["outlook"]["1h"] {
  const { minimumDays } = RECORD_METHOD.horizons[horizon];
  return { shown, why, t: t === null ? null : round(t, 2), days, minimum_days: minimumDays };
}

function horizonFields(figures: HorizonFigures): HorizonFields {
  const { minimumDays, recentDays, firstDay, lastDay, days, moments, readings } = figures;
  return {
    minimum_days: minimumDays,
    recent_days: recentDays,
    first_day: firstDay === null ? null : dayText(firstDay),
    last_day: lastDay === null ? null : dayText(lastDay),
    days: { counted: days.counted, too_few_moments: days.tooFewMoments, missing: days.missing },
    moments,
    readings,
    ranked: mapValues(figures.ranked, rankedFields),
    lines: mapValues(figures.lines, lineFields),
  };
}

function rankedFields({ groups, lateGroups, ...figure }: Ranked): HorizonFields["ranked"][string] {
  return {
    ...figureFields(figure),
    groups: spanFields(groups, groupsFields),
    late_groups: spanFields(lateGroups, groupsFields),
  };
}

function lineFields({ returns, lateReturns, crowded, ...figure }: Line): HorizonFields["lines"][string] {
  return {
    ...figureFields(figure),
    return_bp: spanFields(returns, inBasisPoints),
    late_return_bp: spanFields(lateReturns, inBasisPoints),
    crowded: crowded === null ? null : plain(crowded),
  };
}

function figureFields({
  recent,
  all,
  late,
  claim,
  directions,
}: Pick<Line, "recent" | "all" | "late" | "claim" | "directions">) {
  return {
    ...spanFields({ recent, all }, plain),
    late: spanFields(late, plain),
    claim,
    directions:
      directions === null
        ? null
        : {
            bullish: plain(directions.bullish),
            neutral: plain(directions.neutral),
            bearish: plain(directions.bearish),
          },
  };
}

function groupsFields({ share, returns, topLessBottom }: NonNullable<Ranked["groups"]["all"]>) {
  const shares = share.map(plain);
  const difference = topLessBottom === null ? null : inBasisPoints(topLessBottom);
  return {
    share: shares.map(({ ratio }) => ratio),
    low: shares.map(({ low }) => low),
    high: shares.map(({ high }) => high),
    return_bp: returns.map((each) => inBasisPoints(each).ratio),
    readings: shares.map(({ readings }) => readings),
    top_less_bottom_bp: difference?.ratio ?? null,
    top_less_bottom_low_bp: difference?.low ?? null,
    top_less_bottom_high_bp: difference?.high ?? null,
  };
}

function spanFields<T, Fields>(
  { recent, all }: { readonly recent: T | null; readonly all: T | null },
  fields: (value: T) => Fields,
) {
  return { recent: recent === null ? null : fields(recent), all: all === null ? null : fields(all) };
}

/** A share or a correlation, to 4 decimals. */
function plain(estimate: Estimate): Estimate {
  return withNumbers(estimate, (value) => round(value, 4));
}

/** A mean log return in basis points, to 2 decimals. */
function inBasisPoints(estimate: Estimate): Estimate {
  return withNumbers(estimate, (value) => round(value * BP, 2));
}

function withNumbers({ ratio, low, high, ...counts }: Estimate, change: (value: number) => number): Estimate {
  return {
    ratio: change(ratio),
    low: low === null ? null : change(low),
    high: high === null ? null : change(high),
    ...counts,
  };
}

function round(value: number, decimals: number): number {
  // Never -0, which JSON does not know.
  return Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}

function dayText(day: number): string {
  return dayOf(day * DAY_MS);
}

function mapValues<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Mapped,
): Readonly<Record<string, Mapped>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
