import { DAY_MS, type DayStatistics, dayNumberOf } from "./day-statistics.ts";
import { createEntrySums, type EntrySums } from "./entry-sums.ts";
import { followMoments, type RecordRefresh } from "./follow-moments.ts";
import { createMomentRanks } from "./moment-ranks.ts";
import type { Moment } from "./readings.ts";
import type { RecordFigures, RecordRow } from "./record-figures.ts";
import { ENTRIES, type Entry, HORIZONS, type Horizon, RECORD_METHOD } from "./record-method.ts";

export interface CollectOptions {
  /** Fewer than 20 only to try the method on few symbols. */
  readonly minSymbols: number;
  /** Groups by rank: 10, or 3 with few symbols. */
  readonly groups: number;
  /** The time between two moments. */
  readonly momentEveryMs: number;
  readonly horizons: readonly Horizon[];
}

export const COLLECT_OPTIONS: CollectOptions = {
  minSymbols: RECORD_METHOD.minSymbols,
  groups: RECORD_METHOD.groups,
  momentEveryMs: RECORD_METHOD.momentEveryMs,
  horizons: HORIZONS,
};

interface OpenDay<Row> {
  readonly day: number;
  readonly horizon: Horizon;
  readonly sums: Readonly<Record<Entry, EntrySums<Row>>>;
  moments: number;
  scores: number;
  readonly known: number[];
  /** Moments, once for each entry, whose exit is not due yet. */
  awaited: number;
}

/** Takes refreshes in order, and gives the statistics of each day that is finished. */
export interface DayCollector<Row> {
  /** @returns the days that are finished by it: the last exit of their moments has come, or was missed */
  readonly take: (refresh: RecordRefresh<Row>) => readonly DayStatistics[];
  /** Whether statistics of this day are still to come, in whole days since 1970. */
  readonly isOpen: (day: number) => boolean;
}

/**
 * Makes the statistics of days from refreshes, each once. Every score of a moment is taken: there is no choice.
 *
 * @param figures - What to look at in each row.
 */
export function collectDays<Row extends RecordRow>(
  figures: RecordFigures<Row>,
  options: CollectOptions,
): DayCollector<Row> {
  const ranksOf = createMomentRanks<Row>(options.groups);
  let open: readonly OpenDay<Row>[] = [];
  const openOf = (day: number, horizon: Horizon) => open.find((each) => each.day === day && each.horizon === horizon);

  const onMoment = (moment: Moment<Row>) => {
    const day = dayNumberOf(moment.asOfMs);
    for (const horizon of options.horizons) {
      let found = openOf(day, horizon);
      if (found === undefined) {
        const sums = {
          next: createEntrySums(figures, options, ranksOf),
          late: createEntrySums(figures, options, ranksOf),
        };
        found = { day, horizon, sums, moments: 0, scores: 0, known: figures.inputs.map(() => 0), awaited: 0 };
        open = [...open, found];
      }
      found.moments += 1;
      found.scores += moment.rows.length;
      found.awaited += ENTRIES.length;
      for (const row of moment.rows) {
        const bits = figures.knownInputs(row);
        for (let bit = 0; bit < found.known.length; bit += 1) {
          found.known[bit] = (found.known[bit] ?? 0) + ((bits >> bit) & 1);
        }
      }
    }
  };

  const follow = followMoments<Row>(options, {
    onMoment,
    onReturns(moment, horizon, entry, returns) {
      const found = openOf(dayNumberOf(moment.asOfMs), horizon);
      if (found !== undefined) {
        found.sums[entry].add(moment, returns);
        found.awaited -= 1;
      }
    },
  });

  const take = (refresh: RecordRefresh<Row>) => {
    follow(refresh);
    const isFinished = ({ day, awaited }: OpenDay<Row>) => awaited === 0 && refresh.asOfMs >= (day + 1) * DAY_MS;
    const finished = open.filter(isFinished);
    if (finished.length === 0) {
      return [];
    }
    open = open.filter((each) => !isFinished(each));
    return finished.map(({ day, horizon, moments, scores, known, sums }) => ({
      day,
      horizon,
      moments,
      scores,
      known,
      entries: { next: sums.next.result(), late: sums.late.result() },
    }));
  };
  return { take, isOpen: (day) => open.some((each) => each.day === day) };
}
