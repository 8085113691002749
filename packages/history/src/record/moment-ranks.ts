import { averageRanks, groupOfRank } from "./ranks.ts";
import type { Moment } from "./readings.ts";
import type { LineFigure, RankedFigure } from "./record-figures.ts";

/** Where a moment's symbols stand by a figure. */
export interface Ranked {
  readonly ranks: Float64Array;
  /** By symbol, from 0 for the lowest. */
  readonly groups: Uint8Array;
}

export function rank(values: Float64Array, groupCount: number): Ranked {
  const ranks = averageRanks(values);
  const groups = new Uint8Array(ranks.length);
  for (let place = 0; place < ranks.length; place += 1) {
    groups[place] = groupOfRank(ranks[place] ?? Number.NaN, ranks.length, groupCount) - 1;
  }
  return { ranks, groups };
}

/** A figure of a moment's symbols, by the moment's rows. */
export interface MomentValues {
  /** NaN where it is not known. */
  readonly values: Float64Array;
  /** Null where one is not known: ranks are then those of the known ones. */
  readonly ranked: Ranked | null;
}

/** The symbols of a moment that are beyond a line. */
export interface MomentBeyond {
  /** Places in the moment's rows. */
  readonly places: readonly number[];
  /** They are more than half of all, and the line is one at which this counts apart. */
  readonly isCrowded: boolean;
}

/** Ranks a moment's symbols once: each horizon and entry asks for the same ranks. */
export interface MomentRanks<Row> {
  readonly byFigure: (moment: Moment<Row>, figure: RankedFigure<Row>) => MomentValues;
  readonly byLine: (moment: Moment<Row>, line: LineFigure<Row>) => MomentBeyond;
}

export function createMomentRanks<Row>(groupCount: number): MomentRanks<Row> {
  return {
    byFigure: oncePerMoment((moment: Moment<Row>, { of }: RankedFigure<Row>) => {
      const values = new Float64Array(moment.rows.length);
      let isWhole = true;
      for (const [place, row] of moment.rows.entries()) {
        const value = of(row) ?? Number.NaN;
        values[place] = value;
        isWhole &&= !Number.isNaN(value);
      }
      return { values, ranked: isWhole ? rank(values, groupCount) : null };
    }),
    byLine: oncePerMoment((moment: Moment<Row>, line: LineFigure<Row>) => {
      const places = moment.rows.flatMap((row, place) => (isBeyond(line, line.of(row)) ? [place] : []));
      return { places, isCrowded: line.crowdedApart && 2 * places.length > moment.rows.length };
    }),
  };
}

function isBeyond({ beyond, line }: Pick<LineFigure<never>, "beyond" | "line">, value: number | null): boolean {
  return value !== null && (beyond === "up" ? value >= line : value <= line);
}

/** Keeps what was made of a moment for as long as the moment is in use. */
function oncePerMoment<M extends object, Figure extends object, Made>(make: (moment: M, figure: Figure) => Made) {
  const kept = new WeakMap<M, Map<Figure, Made>>();
  return (moment: M, figure: Figure): Made => {
    const ofMoment = kept.get(moment) ?? new Map<Figure, Made>();
    kept.set(moment, ofMoment);
    const found = ofMoment.get(figure) ?? make(moment, figure);
    ofMoment.set(figure, found);
    return found;
  };
}
