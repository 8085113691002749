import { madeHistory } from "@pulseboard/testing/made-history";
import { describe, expect, it } from "vitest";
import { COLLECT_OPTIONS, collectDays } from "./collect-days.ts";
import type { DayStatistics } from "./day-statistics.ts";
import { LIVE_FIGURES } from "./live-figures.ts";
import { HORIZONS } from "./record-method.ts";
import { type SummaryOptions, summarizeRecord } from "./summarize-record.ts";

const FIRST_DAY = 20_788;
const SHAPE = { seed: 21, fromMs: FIRST_DAY * 86_400_000, days: 17, symbols: 20, periodMs: 30_000, perQuarter: 3 };
const OPTIONS: SummaryOptions = {
  horizons: HORIZONS,
  ranked: LIVE_FIGURES.ranked.map(({ name }) => name),
  lines: LIVE_FIGURES.lines.map(({ name }) => name),
  inputs: LIVE_FIGURES.inputs,
  named: { horizon: "1h", line: "score_65" },
  gated: "outlook",
  momentEveryMs: 900_000,
  minimumDays: { "1h": 14, "4h": 30, "24h": 60 },
};

const { take } = collectDays(LIVE_FIGURES, COLLECT_OPTIONS);
const days: readonly DayStatistics[] = [...madeHistory({ ...SHAPE, nasty: false, foresight: 0.5 })].flatMap((refresh) =>
  take(refresh),
);
const hours = days.filter(({ horizon }) => horizon === "1h");
const summary = summarizeRecord(days, OPTIONS);
const hour = summary.horizons["1h"];

/** The ratio over days and its deviation, written out again for days that all count, without lags. */
function plainRatio(sums: readonly (readonly [sum: number, count: number])[]) {
  const total = sums.reduce(([b, n], [sum, count]) => [b + sum, n + count] as const, [0, 0] as const);
  const ratio = total[0] / total[1];
  const squares = sums.reduce((sum, [b, n]) => sum + (b - ratio * n) ** 2, 0);
  return { ratio, deviation: Math.sqrt(((sums.length / (sums.length - 1)) * squares) / total[1] ** 2) };
}

/** t(.975) for 15 degrees of freedom. */
const BOUND_15 = 2.131449546;

describe("the record of 16 finished days", () => {
  it("has each share with its interval, and what it rests on", () => {
    expect(hours).toHaveLength(16);
    const lines = hours.map(({ entries }) => entries.next.lines.score_65);
    const { ratio, deviation } = plainRatio(lines.map((line) => [line?.beat ?? 0, line?.readings ?? 0]));
    const all = hour?.lines.score_65?.all;
    expect(all?.ratio).toBeCloseTo(ratio, 12);
    expect(all?.low).toBeCloseTo(ratio - BOUND_15 * deviation, 9);
    expect(all?.high).toBeCloseTo(ratio + BOUND_15 * deviation, 9);
    expect(all).toMatchObject({
      days: 16,
      moments: lines.reduce((sum, line) => sum + (line?.moments ?? 0), 0),
      readings: lines.reduce((sum, line) => sum + (line?.readings ?? 0), 0),
    });
  });

  it("has each rank correlation, also with the later entry, and the decile's shares and returns", () => {
    const correlation = (entry: "next" | "late") =>
      plainRatio(
        hours.map(({ entries }) => {
          const sum = entries[entry].correlations.score;
          return [sum?.sum ?? 0, sum?.moments ?? 0];
        }),
      ).ratio;
    expect(hour?.ranked.score?.all?.ratio).toBeCloseTo(correlation("next"), 12);
    expect(hour?.ranked.score?.late.all?.ratio).toBeCloseTo(correlation("late"), 12);
    const top = (value: "beat" | "returns", group: number) =>
      plainRatio(
        hours.map(({ entries }) => {
          const groups = entries.next.groups.score;
          return [groups?.[value][group] ?? 0, groups?.readings[group] ?? 0];
        }),
      ).ratio;
    const groups = hour?.ranked.score?.groups.all;
    expect(groups?.share).toHaveLength(10);
    expect(groups?.share[9]?.ratio).toBeCloseTo(top("beat", 9), 12);
    expect(groups?.topLessBottom?.ratio).toBeCloseTo(top("returns", 9) - top("returns", 0), 12);
  });

  it("claims what is so: scores that know what comes, and an outlook that is their opposite", () => {
    expect(hour?.lines.score_65?.claim).toEqual({ kind: "difference", side: "above" });
    expect(hour?.lines.score_35?.claim).toEqual({ kind: "difference", side: "below" });
    expect(hour?.ranked.momentum_1h?.claim).toEqual({ kind: "no_difference" });
    expect(summary.gates["1h"]).toMatchObject({ shown: false, why: "record_opposite" });
  });

  it("shows nothing before a horizon's own minimum of days", () => {
    const fourHours = summary.horizons["4h"];
    expect(fourHours?.ranked.score).toMatchObject({ all: null, recent: null, groups: { all: null } });
    expect(fourHours?.ranked.score?.claim).toEqual({ kind: "collecting", day: 16, of: 30 });
    expect(summary.gates["4h"]).toMatchObject({ shown: false, why: "collecting" });
  });

  it("counts a day with fewer than 87 moments for nothing, and says so; a day that is not there is missing", () => {
    const changed = hours
      .filter((_, index) => index !== 5)
      .map((day, index) => ({ ...day, moments: index === 2 ? 86 : index === 3 ? 87 : 96 }));
    const { days: counts, moments, lines } = summarizeRecord(changed, OPTIONS).horizons["1h"] ?? {};
    expect(counts).toEqual({ counted: 14, tooFewMoments: 1, missing: 1 });
    expect(moments).toEqual({ present: 15 * 96 - 10 - 9, missing: 19 });
    expect(lines?.score_65?.all?.days).toBe(14);
  });

  it("shows the last 30 days beside all", () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...(hours[index % 16] as DayStatistics),
      day: FIRST_DAY + index,
    }));
    const line = summarizeRecord(many, OPTIONS).horizons["1h"]?.lines.score_65;
    expect([line?.recent?.days, line?.all?.days]).toEqual([30, 40]);
    const last = summarizeRecord(many.slice(10), OPTIONS).horizons["1h"]?.lines.score_65;
    expect(line?.recent).toEqual(last?.all);
  });

  it("is told apart by the market's direction only where each direction has the minimum of days", () => {
    expect(Object.keys(hour?.ranked.score?.directions ?? {})).toEqual(["bullish", "neutral", "bearish"]);
    const withoutBearish = hours.map((day) => ({
      ...day,
      entries: { ...day.entries, next: { ...day.entries.next, directions: { bullish: day.entries.next } } },
    }));
    expect(summarizeRecord(withoutBearish, OPTIONS).horizons["1h"]?.ranked.score?.directions).toBeNull();
  });

  it("marks the day on which an input became known", () => {
    const before = hours.map((day, index) => ({ ...day, known: index < 4 ? day.known.with(10, 0) : day.known }));
    expect(summarizeRecord(before, OPTIONS).inputChanges).toEqual([
      { day: FIRST_DAY + 4, input: "liquidations", known: true },
    ]);
  });
});
