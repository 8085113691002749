import { claimAlphaOf, claimOf } from "./claims.ts";
import type { DayStatistics, EntryStatistics } from "./day-statistics.ts";
import {
  difference,
  estimate,
  type FigureDay,
  figureDays,
  ofCorrelation,
  ofGroup,
  ofReturns,
  ofShare,
} from "./figure-days.ts";
import { gateOf } from "./gate.ts";
import { inputChanges } from "./input-changes.ts";
import { estimateRatio } from "./ratio-estimate.ts";
import { DIRECTIONS, ENTRIES, type Entry, HORIZONS, type Horizon, RECORD_METHOD } from "./record-method.ts";
import type {
  FigureSummary,
  GroupsSummary,
  HorizonSummary,
  LineSummary,
  RankedSummary,
  RecordSummary,
  Spans,
} from "./summary.ts";

export interface SummaryOptions {
  readonly horizons: readonly Horizon[];
  /** By name, as the statistics have them. */
  readonly ranked: readonly string[];
  readonly lines: readonly string[];
  readonly inputs: readonly string[];
  /** The figure that is named in advance. */
  readonly named: { readonly horizon: Horizon; readonly line: string };
  /** The ranked figure that may be shown only where its own record allows it. */
  readonly gated: string;
  /** The time between two moments. */
  readonly momentEveryMs: number;
  /** Fewer than the method's only for an evaluation, which says its intervals whatever the number of days. */
  readonly minimumDays: Readonly<Record<Horizon, number>>;
}

const DAY_MS = 86_400_000;

/** One figure of one horizon: what gives its days, what chance gives, and what a claim needs. */
interface Figure {
  readonly horizon: Horizon;
  readonly minimumDays: number;
  readonly chance: number;
  readonly alpha: number;
  readonly pick: (sums: Pick<EntryStatistics, "correlations" | "lines">) => Omit<FigureDay, "day"> | null;
}

/**
 * The record from the statistics of its days: all that is shown, with intervals and claims.
 *
 * @param statistics - Of finished days, in order, at most one for each day and horizon.
 */
export function summarizeRecord(statistics: readonly DayStatistics[], options: SummaryOptions): RecordSummary {
  const { horizons, ranked, lines, gated, minimumDays } = options;
  const others = HORIZONS.filter((each) => horizons.includes(each)).length * (ranked.length + lines.length) - 1;
  const of = (horizon: Horizon) => statistics.filter((each) => each.horizon === horizon);
  const gate = (horizon: "1h" | "4h") =>
    gateOf(
      figureDays(counted(of(horizon), options), "next", ({ correlations }) => ofCorrelation(correlations[gated])),
      horizon,
      minimumDays[horizon],
    );
  const shortest = horizons[0];
  return {
    others,
    inputChanges: shortest === undefined ? [] : inputChanges(of(shortest), options.inputs),
    horizons: Object.fromEntries(
      horizons.map((horizon) => [horizon, summarizeHorizon(of(horizon), horizon, others, options)]),
    ),
    gates: { "1h": gate("1h"), "4h": gate("4h") },
  };
}

/** The days that count: with nearly all of their moments. */
export function counted(
  days: readonly DayStatistics[],
  { momentEveryMs }: Pick<SummaryOptions, "momentEveryMs">,
): readonly DayStatistics[] {
  const least = RECORD_METHOD.momentShareOfDay * (DAY_MS / momentEveryMs);
  return days.filter(({ moments }) => moments >= least);
}

function summarizeHorizon(
  days: readonly DayStatistics[],
  horizon: Horizon,
  others: number,
  options: SummaryOptions,
): HorizonSummary {
  const minimumDays = options.minimumDays[horizon];
  const { recentDays } = RECORD_METHOD.horizons[horizon];
  const counting = counted(days, options);
  const firstDay = days[0]?.day ?? null;
  const lastDay = days.at(-1)?.day ?? null;
  const total = (value: (day: DayStatistics) => number) => days.reduce((sum, day) => sum + value(day), 0);
  const momentsOfDay = DAY_MS / options.momentEveryMs;
  const figure = { horizon, minimumDays };
  return {
    minimumDays,
    recentDays,
    firstDay,
    lastDay,
    days: {
      counted: counting.length,
      tooFewMoments: days.length - counting.length,
      missing: firstDay === null || lastDay === null ? 0 : lastDay - firstDay + 1 - days.length,
    },
    moments: { present: total(({ moments }) => moments), missing: total(({ moments }) => momentsOfDay - moments) },
    readings: {
      present: total(({ entries }) => entries.next.readings),
      missing: total(({ entries }) => entries.next.missing),
      delisted: total(({ entries }) => entries.next.delisted),
    },
    ranked: Object.fromEntries(
      options.ranked.map((name) => [
        name,
        summarizeRanked(counting, name, {
          ...figure,
          chance: 0,
          alpha: claimAlphaOf(false, others),
          pick: ({ correlations }) => ofCorrelation(correlations[name]),
        }),
      ]),
    ),
    lines: Object.fromEntries(
      options.lines.map((name) => [
        name,
        summarizeLine(counting, name, {
          ...figure,
          chance: 0.5,
          alpha: claimAlphaOf(horizon === options.named.horizon && name === options.named.line, others),
          pick: ({ lines }) => ofShare(lines[name]),
        }),
      ]),
    ),
  };
}

function summarizeFigure(days: readonly DayStatistics[], figure: Figure): FigureSummary {
  const { horizon, minimumDays, chance, alpha, pick } = figure;
  const [next, late] = ENTRIES.map((entry) => figureDays(days, entry, pick)) as [
    readonly FigureDay[],
    readonly FigureDay[],
  ];
  const byDirection = DIRECTIONS.map((direction) => {
    const found = figureDays(days, "next", ({ directions }) => {
      const sums = directions[direction];
      return sums === undefined ? null : pick(sums);
    });
    return [direction, found.length < minimumDays ? null : estimate(found, horizon)] as const;
  });
  return {
    ...spansOf(next, figure, (some) => estimate(some, horizon)),
    late: spansOf(late, figure, (some) => estimate(some, horizon)),
    claim: claimOf(estimateRatio(next, RECORD_METHOD.horizons[horizon].lagDays), chance, alpha, minimumDays),
    directions: byDirection.every(([, found]) => found !== null)
      ? (Object.fromEntries(byDirection) as FigureSummary["directions"])
      : null,
  };
}

/** Both spans of a figure; nothing before its minimum of days. */
function spansOf<Day, T>(
  days: readonly Day[],
  { horizon, minimumDays }: Pick<Figure, "horizon" | "minimumDays">,
  make: (days: readonly Day[]) => T | null,
): Spans<T> {
  if (days.length < minimumDays) {
    return { recent: null, all: null };
  }
  return { recent: make(days.slice(-RECORD_METHOD.horizons[horizon].recentDays)), all: make(days) };
}

function summarizeLine(days: readonly DayStatistics[], name: string, figure: Figure): LineSummary {
  const returns = (entry: Entry) =>
    spansOf(
      figureDays(days, entry, ({ lines }) => ofReturns(lines[name])),
      figure,
      (some) => estimate(some, figure.horizon),
    );
  const crowded = figureDays(days, "next", (sums) => ofShare(sums.crowded[name]));
  return {
    ...summarizeFigure(days, figure),
    returns: returns("next"),
    lateReturns: returns("late"),
    crowded: crowded.length < figure.minimumDays ? null : estimate(crowded, figure.horizon),
  };
}

function summarizeRanked(days: readonly DayStatistics[], name: string, figure: Figure): RankedSummary {
  const { horizon } = figure;
  const groups = (entry: Entry) => {
    // Their days are those of the figure: with readings in its groups.
    const withGroups = days.filter(({ entries }) => entries[entry].groups[name] !== undefined);
    return spansOf(withGroups, figure, (some) => summarizeGroups(some, entry, name, horizon));
  };
  return { ...summarizeFigure(days, figure), groups: groups("next"), lateGroups: groups("late") };
}

function summarizeGroups(
  days: readonly DayStatistics[],
  entry: Entry,
  name: string,
  horizon: Horizon,
): GroupsSummary | null {
  const count = Math.max(0, ...days.map(({ entries }) => entries[entry].groups[name]?.readings.length ?? 0));
  const daysOf = (group: number, value: "beat" | "returns") =>
    figureDays(days, entry, ({ groups }) => ofGroup(groups[name], group, value));
  const each = (value: "beat" | "returns") =>
    Array.from({ length: count }, (_, group) => estimate(daysOf(group, value), horizon));
  const share = each("beat").filter((value) => value !== null);
  const returns = each("returns").filter((value) => value !== null);
  // With so many equal values that a group stayed empty on all days, there is no picture of groups.
  return share.length === 0 || share.length < count
    ? null
    : { share, returns, topLessBottom: difference(daysOf(count - 1, "returns"), daysOf(0, "returns"), horizon) };
}
