import type { DirectionStatistics, EntryStatistics, GroupSum, LineSum, MomentSum } from "./day-statistics.ts";
import type { MomentRanks } from "./moment-ranks.ts";
import { averageRanks, groupOfRank, rankCorrelation } from "./ranks.ts";
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
  const groups: Record<string, Mutable<GroupSum>[]> = {};
  const crowded: Record<string, Mutable<LineSum>> = {};
  const directions: Partial<Record<Direction, DirectionSums>> = {};

  const addRanked = (
    figure: RankedFigure<Row>,
    { moment, returns, returnRanks }: Readings<Row>,
    sums: DirectionSums[],
  ) => {
    const { values, ranks: ranksOfAll } = ranksOf(moment, figure);
    const isWhole = ranksOfAll !== null && returns.missing === 0;
    const pairs = isWhole ? { ranks: ranksOfAll, returns: returns.relative } : pairsOf(values, returns.relative);
    const { name } = figure;
    const { ranks } = pairs;
    if (ranks.length < minSymbols) {
      return;
    }
    const correlation = rankCorrelation(ranks, isWhole ? returnRanks : averageRanks(pairs.returns));
    if (correlation !== null) {
      for (const { correlations } of sums) {
        correlations[name] ??= { moments: 0, readings: 0, sum: 0 };
        correlations[name].moments += 1;
        correlations[name].readings += ranks.length;
        correlations[name].sum += correlation;
      }
    }
    groups[name] ??= Array.from({ length: groupCount }, () => ({ readings: 0, beat: 0, returns: 0 }));
    for (const [index, rank] of ranks.entries()) {
      addReading(groups[name][groupOfRank(rank, ranks.length, groupCount) - 1], pairs.returns[index]);
    }
  };

  const addLine = (figure: LineFigure<Row>, { rows }: Moment<Row>, returns: Returns, sums: DirectionSums[]) => {
    const { name, of } = figure;
    const beyond = rows.map((row) => isBeyond(figure, of(row)));
    const isCrowded = figure.crowdedApart && 2 * beyond.filter(Boolean).length > rows.length;
    const targets = isCrowded ? [crowded] : sums.map((each) => each.lines);
    for (const target of targets) {
      target[name] ??= { moments: 0, readings: 0, beat: 0, returns: 0 };
      const before = target[name].readings;
      for (const [index, value] of returns.relative.entries()) {
        if (beyond[index] === true && !Number.isNaN(value)) {
          addReading(target[name], value);
        }
      }
      target[name].moments += target[name].readings > before ? 1 : 0;
    }
  };

  return {
    add(moment, returns) {
      counts.readings += returns.readings;
      counts.missing += returns.missing;
      counts.delisted += returns.delisted;
      const sums = [all];
      const direction = DIRECTIONS.find((known) => known === moment.direction);
      if (direction !== undefined) {
        directions[direction] ??= directionSums();
        sums.push(directions[direction]);
      }
      const readings = { moment, returns, returnRanks: returns.missing === 0 ? averageRanks(returns.relative) : NONE };
      for (const figure of ranked) {
        addRanked(figure, readings, sums);
      }
      for (const line of lines) {
        addLine(line, moment, returns, sums);
      }
    },
    result: () => ({ ...counts, ...all, groups, crowded, directions }),
  };
}

function directionSums(): DirectionSums & DirectionStatistics {
  return { correlations: {}, lines: {} };
}

function isBeyond({ beyond, line }: Pick<LineFigure<never>, "beyond" | "line">, value: number | null): boolean {
  return value !== null && (beyond === "up" ? value >= line : value <= line);
}

/** Beating the median by nothing counts half. */
function addReading(sum: Mutable<GroupSum> | undefined, value: number | undefined): void {
  if (sum !== undefined && value !== undefined) {
    sum.readings += 1;
    sum.beat += value > 0 ? 1 : value === 0 ? 0.5 : 0;
    sum.returns += value;
  }
}

/** The symbols of which figure and return are known. */
function pairsOf(values: Float64Array, relative: Float64Array) {
  const isKnown = (_: number, index: number) => !(Number.isNaN(values[index]) || Number.isNaN(relative[index]));
  return { ranks: averageRanks(values.filter(isKnown)), returns: relative.filter(isKnown) };
}
