import { createLastPrices } from "./last-prices.ts";
import { type Moment, type Returns, relativeReturns } from "./readings.ts";
import type { RecordRow } from "./record-figures.ts";
import { type Entry, HORIZONS, type Horizon, RECORD_METHOD } from "./record-method.ts";

/** One refresh, as the record reads it. */
export interface RecordRefresh<Row> {
  /** The exchange's time. */
  readonly asOfMs: number;
  /** Between two refreshes. */
  readonly periodMs: number;
  readonly direction: string | null;
  readonly rows: readonly Row[];
}

export interface FollowOptions {
  readonly minSymbols: number;
  readonly momentEveryMs: number;
  readonly horizons: readonly Horizon[];
}

export interface FollowEvents<Row> {
  readonly onMoment: (moment: Moment<Row>) => void;
  /** Once for each horizon and entry of each moment, in the end; all readings may be missing. */
  readonly onReturns: (moment: Moment<Row>, horizon: Horizon, entry: Entry, returns: Returns) => void;
}

/** Something that happens at the first refresh at or after a time, or is missed. */
interface Due<Row> {
  readonly moment: Moment<Row>;
  readonly dueMs: number;
}

interface Exit<Row> extends Due<Row> {
  readonly entry: Entry;
  readonly prices: Float64Array;
}

/**
 * Follows the symbols of each moment to their entries and exits, through refreshes that are given one after another. A refresh
 * that is not later than the one before is left out.
 *
 * - Moment: the first refresh of each quarter of an hour, with enough scored symbols.
 * - Entry: the mark price of the next refresh, never the one that the score was made from; and once more a quarter of an hour later.
 * - Exit: the mark price of the first refresh at or after entry + horizon, at most two periods late; the last mark price of a contract
 *   that is not listed any more.
 */
export function followMoments<Row extends RecordRow>(
  { minSymbols, momentEveryMs, horizons }: FollowOptions,
  { onMoment, onReturns }: FollowEvents<Row>,
): (refresh: RecordRefresh<Row>) => void {
  const prices = createLastPrices();
  // Each in the order in which they fall due.
  const lateEntries: Due<Row>[] = [];
  const exits = HORIZONS.filter((horizon) => horizons.includes(horizon)).map((horizon) => ({
    horizon,
    next: [] as Exit<Row>[],
    late: [] as Exit<Row>[],
  }));
  const beforeEntry: Moment<Row>[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastQuarter = Number.NEGATIVE_INFINITY;

  const enter = (moment: Moment<Row>, entry: Entry, nowMs: number, isMissed: boolean) => {
    const entryPrices = new Float64Array(moment.rows.length).fill(Number.NaN);
    if (!isMissed) {
      for (const [index, { symbol }] of moment.rows.entries()) {
        entryPrices[index] = prices.ofNow(symbol);
      }
    }
    for (const { horizon, [entry]: queue } of exits) {
      if (isMissed) {
        onReturns(moment, horizon, entry, relativeReturns(entryPrices, entryPrices, 0));
      } else {
        queue.push({ moment, entry, prices: entryPrices, dueMs: nowMs + RECORD_METHOD.horizons[horizon].ms });
      }
    }
  };

  const leave = ({ moment, entry, prices: entryPrices, dueMs }: Exit<Row>, horizon: Horizon, nowMs: number) => {
    let delisted = 0;
    const exitPrices = new Float64Array(moment.rows.length).fill(Number.NaN);
    if (!isTooLate(moment, dueMs, nowMs)) {
      for (const [index, { symbol }] of moment.rows.entries()) {
        const last = prices.ofDelisted(symbol);
        delisted += last === null || Number.isNaN(entryPrices[index]) ? 0 : 1;
        exitPrices[index] = last ?? prices.ofNow(symbol);
      }
    }
    onReturns(moment, horizon, entry, relativeReturns(entryPrices, exitPrices, delisted));
  };

  return ({ asOfMs, periodMs, direction, rows }) => {
    if (asOfMs <= lastMs) {
      return;
    }
    lastMs = asOfMs;
    if (prices.take(rows)) {
      for (const { moment, dueMs } of takeDue(lateEntries, asOfMs)) {
        enter(moment, "late", asOfMs, isTooLate(moment, dueMs, asOfMs));
      }
      for (const { horizon, next, late } of exits) {
        for (const exit of [...takeDue(next, asOfMs), ...takeDue(late, asOfMs)]) {
          leave(exit, horizon, asOfMs);
        }
      }
      for (const moment of beforeEntry.splice(0)) {
        enter(moment, "next", asOfMs, false);
        lateEntries.push({ moment, dueMs: asOfMs + RECORD_METHOD.lateEntryMs });
      }
    }
    const quarter = Math.floor(asOfMs / momentEveryMs);
    if (quarter === lastQuarter) {
      return;
    }
    lastQuarter = quarter;
    const scored = rows.filter((row) => row.scored);
    if (scored.length >= minSymbols) {
      const moment = { asOfMs, periodMs, direction, rows: scored };
      beforeEntry.push(moment);
      onMoment(moment);
    }
  };
}

function isTooLate({ periodMs }: Moment<unknown>, dueMs: number, nowMs: number): boolean {
  return nowMs - dueMs > RECORD_METHOD.latePeriods * periodMs;
}

function takeDue<T extends { readonly dueMs: number }>(queue: T[], nowMs: number): readonly T[] {
  const after = queue.findIndex(({ dueMs }) => dueMs > nowMs);
  return queue.splice(0, after === -1 ? queue.length : after);
}
