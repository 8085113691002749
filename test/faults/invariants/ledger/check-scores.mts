import { candlesFromRows, TIMEFRAME_MS, TIMEFRAMES, type Timeframe, technicalRating } from "@pulseboard/engine";
import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { candleRows } from "./ledger-candles.mts";
import { intersection, isRounded, type MarketLedger, type Span } from "./market-ledger.mts";

const RATING_DECIMALS = 6;
/** Enough of a rating's 250 bars with trades. */
const BARS: Readonly<Record<Timeframe, number>> = { "1m": 1000, "5m": 1000, "30m": 300, "4h": 300 };

/** A row of any list of scores. */
type ScoreRow = Pick<
  MobileSnapshot["confluence_scores"][number],
  | "symbol"
  | "score"
  | "price"
  | "change_24h"
  | "turnover_24h"
  | "high_24h"
  | "low_24h"
  | "range_24h"
  | "as_of"
  | "components"
  | "score_history"
  | "technical_rating"
>;

/** Price and 24 h figures of the rows: the ledger's, all at one moment. */
export function checkRows(rows: readonly ScoreRow[], ledger: MarketLedger): readonly Mismatch[] {
  const spans = new Map<number, Span | null>();
  for (const { symbol, turnover_24h, as_of } of rows) {
    if (turnover_24h === null) {
      continue;
    }
    const before = spans.get(as_of);
    const own = ledger.spanOf(as_of, (timeMs) => ledger.rowAt(symbol, timeMs).turnoverUsd, turnover_24h, 2);
    spans.set(as_of, before === undefined ? own : before === null || own === null ? null : intersection(before, own));
  }
  return rows.flatMap((row) => {
    const span = spans.get(row.as_of);
    if (span == null) {
      return [
        `scores: at no moment of ${row.as_of} was ${row.symbol}'s turnover ${row.turnover_24h} beside the others'`,
      ];
    }
    const exact = ledger.rowAt(row.symbol, span.fromMs);
    const range = ((exact.high - exact.low) / exact.low) * 100;
    const pairs: readonly (readonly [name: string, shown: number | null, exact: number, decimals: number])[] = [
      ["price", row.price, exact.price, 10],
      ["change_24h", row.change_24h, exact.changePercent, 6],
      ["high_24h", row.high_24h, exact.high, 10],
      ["low_24h", row.low_24h, exact.low, 10],
      ["range_24h", row.range_24h, range, 4],
    ];
    const wrong = pairs.filter(([, shown, right, decimals]) => shown === null || !isRounded(shown, right, decimals));
    return [
      ...wrong.map(([name, shown, right]) => `scores: ${row.symbol}.${name} is ${shown}, and the ledger has ${right}`),
      ...(row.score_history.at(-1) === row.score
        ? []
        : [`scores: ${row.symbol}'s history ends with ${row.score_history.at(-1)}, not with its score ${row.score}`]),
    ];
  });
}

/** The technical ratings are those of the ledger's closed candles, vote by vote, value by value. */
export function checkRatings(analysis: AnalysisDocument, ledger: MarketLedger): readonly Mismatch[] {
  return TIMEFRAMES.flatMap((timeframe): readonly Mismatch[] => {
    const shown = analysis.technical_rating[timeframe];
    const input = analysis.inputs.find((each) => each.input === `candles_${timeframe}`);
    if (input === undefined || input.as_of === null || input.reason !== null) {
      return shown.all === null ? [] : [`analysis of ${analysis.symbol}: a rating of ${timeframe} without candles`];
    }
    const exact = ratingAt(ledger, analysis.symbol, timeframe, input.as_of * 1000, input.count);
    const text = JSON.stringify({
      all: rounded(exact.all, RATING_DECIMALS),
      label: exact.label,
      votes: exact.votes.map(({ indicator, vote, values }) => [
        indicator,
        vote,
        values.map(({ value }) => digits(value)),
      ]),
    });
    const shownText = JSON.stringify({
      all: shown.all,
      label: shown.label,
      votes: shown.votes.map(({ indicator, vote, values }) => [indicator, vote, values.map(({ value }) => value)]),
    });
    return text === shownText
      ? []
      : [`analysis of ${analysis.symbol}: the rating of ${timeframe} is ${shownText}, and the ledger's ${text}`];
  });
}

const ratings = new WeakMap<MarketLedger, Map<string, ReturnType<typeof technicalRating>>>();

function ratingAt(ledger: MarketLedger, symbol: string, timeframe: Timeframe, closedMs: number, count: number) {
  const known = ratings.get(ledger) ?? new Map<string, ReturnType<typeof technicalRating>>();
  ratings.set(ledger, known);
  const limit = Math.min(count, BARS[timeframe]);
  const key = `${symbol} ${timeframe} ${closedMs} ${limit}`;
  const rating =
    known.get(key) ??
    technicalRating(
      candlesFromRows(
        candleRows(ledger, symbol, { timeframe, closedMs, count: limit }),
        TIMEFRAME_MS[timeframe],
        closedMs,
      ),
    );
  known.set(key, rating);
  return rating;
}

function rounded(value: number | null, decimals: number): number | null {
  return value === null ? null : Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}

/** As figures are written: eight significant digits. */
function digits(value: number): number {
  return Number(value.toPrecision(8)) + 0;
}
