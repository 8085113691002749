import type { DirectionStatistics, EntryStatistics, GroupSums, LineSum, MomentSum } from "./day-statistics.ts";
import { type MomentRanks, rank } from "./moment-ranks.ts";
import { averageRanks, rankCorrelation } from "./ranks.ts";
import type { Moment, Returns } from "./readings.ts";
import type { LineFigure, RankedFigure, RecordFigures } from "./record-figures.ts";
import { DIRECTIONS, type Direction } from "./record-method.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface DirectionSums {
  readonly correlations: Record<string, Mutable<MomentSum>>;
  readonly lines: Record<string, Mutable<LineSum>>;
}

interface Readings<Row> {
  readonly moment: Moment<Row>;
  readonly returns: Returns;
  /** Of all of them; none where one is missing. */
  readonly returnRanks: Float64Array;
  /** The sums that take part. */
  readonly sums: readonly DirectionSums[];
}

/** Adds up one day's readings at one horizon from one kind of entry. */
export interface EntrySums<Row> {
  readonly add: (moment: Moment<Row>, returns: Returns) => void;
  readonly result: () => EntryStatistics;
}

export interface SumOptions {
  readonly minSymbols: number;
  readonly groups: number;
}

const NONE = new Float64Array();

export function createEntrySums<Row>(
  { ranked, lines }: RecordFigures<Row>,
  { minSymbols, groups: groupCount }: SumOptions,
  ranksOf: MomentRanks<Row>,
): EntrySums<Row> {
  const counts = { readings: 0, missing: 0, delisted: 0 };
  const all = directionSums();
  const groups = new Map<string, Float64Array>();
  const crowded: Record<string, Mutable<LineSum>> = {};
  const directions: Partial<Record<Direction, DirectionSums>> = {};

  const addRanked = (figure: RankedFigure<Row>, { moment, returns, returnRanks, sums }: Readings<Row>) => {
    const { name } = figure;
    const { values, ranked: ofAll } = ranksOf.byFigure(moment, figure);
    const isWhole = ofAll !== null && returns.missing === 0;
    const known = isWhole ? ofAll : rankKnown(values, returns.relative, groupCount);
    const knownReturns = isWhole ? returns.relative : returns.relative.filter(isKnownWith(values, returns.relative));
    if (known.ranks.length < minSymbols) {
      return;
    }
    const correlation = rankCorrelation(known.ranks, isWhole ? returnRanks : averageRanks(knownReturns));
    if (correlation !== null) {
      for (const { correlations } of sums) {
        correlations[name] ??= { moments: 0, readings: 0, sum: 0 };
        correlations[name].moments += 1;
        correlations[name].readings += known.ranks.length;
        correlations[name].sum += correlation;
      }
    }
    const sumsOfGroups = groups.get(name) ?? new Float64Array(3 * groupCount);
    groups.set(name, sumsOfGroups);
    addToGroups(sumsOfGroups, known.groups, knownReturns);
  };

  const addLine = (figure: LineFigure<Row>, { moment, returns, sums }: Readings<Row>) => {
    const { name } = figure;
    const { places, isCrowded } = ranksOf.byLine(moment, figure);
    const found = sumOf(places, returns.relative);
    if (found.readings === 0) {
      return;
    }
    for (const target of isCrowded ? [crowded] : sums.map((each) => each.lines)) {
      target[name] ??= { moments: 0, readings: 0, beat: 0, returns: 0 };
      target[name].moments += 1;
      target[name].readings += found.readings;
      target[name].beat += found.beat;
      target[name].returns += found.returns;
    }
  };

  return {
    add(moment, returns) {
      counts.readings += returns.readings;
      counts.missing += returns.missing;
      counts.delisted += returns.delisted;
      const direction = DIRECTIONS.find((known) => known === moment.direction);
      const sums = [all];
      if (direction !== undefined) {
        directions[direction] ??= directionSums();
        sums.push(directions[direction]);
      }
      const returnRanks = returns.missing === 0 ? averageRanks(returns.relative) : NONE;
      const readings = { moment, returns, returnRanks, sums };
      for (const figure of ranked) {
        addRanked(figure, readings);
      }
      for (const line of lines) {
        addLine(line, readings);
      }
    },
    result: () => ({
      ...counts,
      ...all,
      groups: Object.fromEntries([...groups].map(([name, sums]) => [name, groupSums(sums)])),
      crowded,
      directions,
    }),
  };
}

function directionSums(): DirectionSums & DirectionStatistics {
  return { correlations: {}, lines: {} };
}

/** Three columns in one: readings, what beat, returns. Typed, because this is the innermost loop of all. */
function addToGroups(sums: Float64Array, groups: Uint8Array, returns: Float64Array): void {
  const count = sums.length / 3;
  for (let place = 0; place < groups.length; place += 1) {
    const group = groups[place] ?? 0;
    const value = returns[place] ?? 0;
    sums[group] = (sums[group] ?? 0) + 1;
    sums[count + group] = (sums[count + group] ?? 0) + beatOf(value);
    sums[2 * count + group] = (sums[2 * count + group] ?? 0) + value;
  }
}

function groupSums(sums: Float64Array): GroupSums {
  const count = sums.length / 3;
  const [readings, beat, returns] = [0, 1, 2].map((column) => [...sums.slice(column * count, (column + 1) * count)]);
  return { readings: readings ?? [], beat: beat ?? [], returns: returns ?? [] };
}

function sumOf(places: readonly number[], relative: Float64Array) {
  const sum = { readings: 0, beat: 0, returns: 0 };
  for (const place of places) {
    const value = relative[place] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      sum.readings += 1;
      sum.beat += beatOf(value);
      sum.returns += value;
    }
  }
  return sum;
}

/** Whether a return beat the median; by nothing counts half. */
function beatOf(value: number): number {
  return value > 0 ? 1 : value === 0 ? 0.5 : 0;
}

/** Of the symbols of which figure and return are known. */
function rankKnown(values: Float64Array, relative: Float64Array, groupCount: number) {
  return rank(values.filter(isKnownWith(values, relative)), groupCount);
}

function isKnownWith(values: Float64Array, relative: Float64Array) {
  return (_: number, place: number): boolean => !(Number.isNaN(values[place]) || Number.isNaN(relative[place]));
}
