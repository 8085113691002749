import { madeHistory } from "@pulseboard/testing/made-history";
import {
  type PlainReading,
  plainCorrelation,
  plainGroups,
  plainLine,
  plainReadings,
} from "@pulseboard/testing/plain-record";
import { describe, expect, it } from "vitest";
import type { HistoryRefresh, HistoryRow } from "../domain/history-row.ts";
import { COLLECT_OPTIONS, collectDays } from "./collect-days.ts";
import type { DayStatistics, EntryStatistics } from "./day-statistics.ts";
import { LIVE_FIGURES } from "./live-figures.ts";
import { ENTRIES, RECORD_METHOD } from "./record-method.ts";

const DAY_MS = 86_400_000;
const FIRST_DAY = 20_788;
const FROM_MS = FIRST_DAY * DAY_MS;

function collect(refreshes: Iterable<HistoryRefresh>, options = COLLECT_OPTIONS): readonly DayStatistics[] {
  const { take } = collectDays(LIVE_FIGURES, options);
  return [...refreshes].flatMap((refresh) => take(refresh));
}

const NASTY = {
  seed: 7,
  fromMs: FROM_MS,
  days: 4,
  symbols: 27,
  periodMs: 60_000,
  perQuarter: 4,
  nasty: true,
};

describe("statistics of days", () => {
  const refreshes = [...madeHistory(NASTY)];
  const statistics = collect(refreshes);
  const cases = statistics.flatMap((day) =>
    ENTRIES.map((entry) => ({ name: `${day.day} ${day.horizon} ${entry}`, day, entry })),
  );

  it("come for each day and horizon whose last exit has come, each once", () => {
    expect(statistics.map(({ day, horizon }) => `${day - FIRST_DAY} ${horizon}`).sort()).toEqual([
      "0 1h",
      "0 24h",
      "0 4h",
      "1 1h",
      "1 24h",
      "1 4h",
      "2 1h",
      "2 4h",
    ]);
  });

  it("see what is nasty", () => {
    const sum = (value: (sums: EntryStatistics) => number) =>
      statistics.reduce((total, { entries }) => total + value(entries.next), 0);
    expect(sum(({ missing }) => missing)).toBeGreaterThan(1_000);
    expect(sum(({ delisted }) => delisted)).toBeGreaterThan(100);
    expect(sum(({ crowded }) => crowded.score_65?.readings ?? 0)).toBeGreaterThan(0);
    expect(sum(({ correlations }) => correlations.sentiment?.moments ?? 0)).toBe(0);
  });

  it.each(cases)("are what plain counting gives: $name", ({ day, entry }) => {
    const moments = plainReadings(refreshes, {
      day: day.day,
      horizonMs: RECORD_METHOD.horizons[day.horizon].ms,
      entryDelayMs: entry === "late" ? 900_000 : 0,
      minSymbols: 20,
    });
    const sums = day.entries[entry];
    const all = moments.flat();
    expect(day.moments).toBe(moments.length);
    expect(day.scores).toBe(all.length);
    expect(sums.readings).toBe(all.filter(({ relative }) => relative !== null).length);
    expect(sums.missing).toBe(all.filter(({ relative }) => relative === null).length);
    expect(sums.delisted).toBe(all.filter(({ relative, delisted }) => relative !== null && delisted).length);
    expectSums(sums, moments);
    for (const { name, of } of LIVE_FIGURES.ranked) {
      const groups = plainGroups(moments, of, 20);
      expectClose(sums.groups[name], {
        readings: groups.map(({ readings }) => readings),
        beat: groups.map(({ beat }) => beat),
        returns: groups.map(({ returns }) => returns),
      });
    }
    for (const line of ["score_65", "score_35"] as const) {
      expectClose(sums.crowded[line] ?? NO_LINE, plainLine(moments, BEYOND[line], true));
    }
    for (const direction of ["bullish", "neutral", "bearish"] as const) {
      const ofDirection = moments.filter((moment) => moment[0]?.direction === direction);
      expectSums(sums.directions[direction] ?? { correlations: {}, lines: {} }, ofDirection);
    }
  });
});

const NO_LINE = { moments: 0, readings: 0, beat: 0, returns: 0 };
const BEYOND = {
  score_65: ({ score }: HistoryRow) => score !== null && score >= 65,
  score_35: ({ score }: HistoryRow) => score !== null && score <= 35,
  relative_70: ({ relative }: HistoryRow) => relative !== null && relative >= 70,
  relative_30: ({ relative }: HistoryRow) => relative !== null && relative <= 30,
};

function expectSums(
  sums: Pick<EntryStatistics, "correlations" | "lines">,
  moments: readonly (readonly PlainReading[])[],
): void {
  for (const { name, of } of LIVE_FIGURES.ranked) {
    expectClose(sums.correlations[name] ?? { moments: 0, readings: 0, sum: 0 }, plainCorrelation(moments, of, 20));
  }
  for (const [name, isBeyond] of Object.entries(BEYOND)) {
    expectClose(sums.lines[name] ?? NO_LINE, plainLine(moments, isBeyond, name.startsWith("score") ? false : null));
  }
}

/** Equal within 1e-9, wherever a number stands. */
function expectClose(actual: unknown, expected: unknown): void {
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_, member) => (typeof member === "number" ? Math.round(member * 1e9) + 0 : member)),
    );
  expect(rounded(actual)).toEqual(rounded(expected));
}

describe("what is chosen", () => {
  it("is nothing: every score that was published at a moment is in the record, as a reading or as missing", () => {
    const refreshes = [...madeHistory({ ...NASTY, seed: 11, days: 3 })];
    const seen = new Map<number, number>();
    const quarters = new Set<number>();
    for (const { asOfMs, rows } of refreshes) {
      const quarter = Math.floor(asOfMs / 900_000);
      const scores = rows.filter(({ score }) => score !== null).length;
      if (!quarters.has(quarter) && scores >= 20) {
        const day = Math.floor(asOfMs / DAY_MS);
        seen.set(day, (seen.get(day) ?? 0) + scores);
      }
      quarters.add(quarter);
    }
    const statistics = collect(refreshes);
    expect(statistics).toHaveLength(5);
    for (const { day, scores, entries } of statistics) {
      expect(scores).toBe(seen.get(day));
      for (const { readings, missing } of Object.values(entries)) {
        expect(readings + missing).toBe(scores);
      }
    }
  });

  it("is not changed by what comes later", () => {
    const refreshes = [...madeHistory({ ...NASTY, seed: 12, days: 3 })];
    const cut = refreshes.findIndex(({ asOfMs }) => asOfMs >= FROM_MS + 1.5 * DAY_MS);
    const before = collect(refreshes.slice(0, cut));
    expect(before.map(({ horizon }) => horizon)).toEqual(["1h", "4h"]);
    expect(collect(refreshes).slice(0, 2)).toEqual(before);
  });
});
