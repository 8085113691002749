import {
  COLLECT_OPTIONS,
  collectDays,
  type DayStatistics,
  type HistoryReader,
  type HistoryRefresh,
  LIVE_FIGURES,
  startOfDayMs,
} from "@pulseboard/history";
import { parseStatistics, statisticsText } from "./kept-statistics.ts";

const DAY_MS = 86_400_000;

/** A day's moments end on the next day, and so do their entries; the returns of 24 h on the one after it, late entries one later. */
const DAYS_AFTER = 3;

/** Statistics of a day that are complete, and not kept yet. */
export interface CompleteDay {
  /** "2026-12-01". */
  readonly day: string;
  readonly text: string;
}

export interface DaysRead {
  /** Of every finished day at each horizon, in order, kept or computed now. */
  readonly statistics: readonly DayStatistics[];
  /** To be kept, oldest first. */
  readonly complete: readonly CompleteDay[];
  /** Days whose kept statistics cannot be read. */
  readonly unreadable: readonly string[];
  readonly newest: HistoryRefresh | null;
}

/**
 * Reads the statistics that are kept, and computes those of all other days of which there is history, day by day: only few refreshes
 * are in memory at a time. Each refresh is read where it is kept; after 7 days, the first ones of each quarter of an hour are.
 *
 * @throws StoreError when the disk cannot be read
 */
export async function readDays(reader: HistoryReader, methodHash: string): Promise<DaysRead> {
  const kept = await readKept(reader);
  const whole = new Set(await reader.days("refreshes"));
  const days = [...new Set([...whole, ...(await reader.days("quarters"))])].sort();
  const statistics = [...kept.statistics];
  const complete: CompleteDay[] = [];
  let newest: HistoryRefresh | null = null;
  for (const run of runsOf(days, (day) => !kept.days.has(day))) {
    const { take, isOpen } = collectDays(LIVE_FIGURES, COLLECT_OPTIONS);
    const computed: DayStatistics[] = [];
    let last: HistoryRefresh | null = null;
    for (const day of run) {
      for await (const refresh of reader.readDay(whole.has(day) ? "refreshes" : "quarters", day)) {
        computed.push(...take(refresh));
        last = refresh;
      }
    }
    newest = last ?? newest;
    for (const day of run.filter((each) => !kept.days.has(each))) {
      const number = numberOf(day);
      const ofDay = computed.filter((each) => each.day === number);
      statistics.push(...ofDay);
      if (last !== null && last.asOfMs >= (number + 1) * DAY_MS && !isOpen(number)) {
        complete.push({ day, text: statisticsText(methodHash, ofDay) });
      }
    }
  }
  return {
    statistics: statistics.sort((a, b) => a.day - b.day),
    complete,
    unreadable: kept.unreadable,
    newest,
  };
}

async function readKept(reader: HistoryReader) {
  const days = new Set(await reader.statisticsDays());
  const statistics: DayStatistics[] = [];
  const unreadable: string[] = [];
  for (const day of days) {
    const text = await reader.readStatistics(day);
    const parsed = text === null ? null : parseStatistics(text);
    if (parsed === null) {
      unreadable.push(day);
    } else {
      statistics.push(...parsed);
    }
  }
  return { days, statistics, unreadable };
}

/** The days to read, in runs of neighbours among those that are there: each that is wanted, and those after it in which it ends. */
function runsOf(days: readonly string[], isWanted: (day: string) => boolean): readonly (readonly string[])[] {
  const runs: string[][] = [];
  let daysLeft = 0;
  let run: string[] = [];
  for (const day of days) {
    daysLeft = isWanted(day) ? DAYS_AFTER + 1 : daysLeft;
    if (daysLeft > 0) {
      if (run.length === 0) {
        runs.push(run);
      }
      run.push(day);
      daysLeft -= 1;
    } else {
      run = [];
    }
  }
  return runs;
}

/** Whole days since 1970. */
function numberOf(day: string): number {
  return (startOfDayMs(day) ?? Number.NaN) / DAY_MS;
}
