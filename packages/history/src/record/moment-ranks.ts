import { averageRanks } from "./ranks.ts";
import type { Moment } from "./readings.ts";
import type { RankedFigure } from "./record-figures.ts";

/** A figure of a moment's symbols, by the moment's rows. */
export interface MomentValues {
  /** NaN where it is not known. */
  readonly values: Float64Array;
  /** Null where one is not known: ranks are then those of the known ones. */
  readonly ranks: Float64Array | null;
}

/** Ranks a moment's symbols by a figure, once: each horizon and entry asks for the same ranks. */
export type MomentRanks<Row> = (moment: Moment<Row>, figure: RankedFigure<Row>) => MomentValues;

export function createMomentRanks<Row>(): MomentRanks<Row> {
  const kept = new WeakMap<Moment<Row>, Map<string, MomentValues>>();
  return (moment, { name, of }) => {
    let ofMoment = kept.get(moment);
    if (ofMoment === undefined) {
      ofMoment = new Map();
      kept.set(moment, ofMoment);
    }
    let found = ofMoment.get(name);
    if (found === undefined) {
      const values = Float64Array.from(moment.rows, (row) => of(row) ?? Number.NaN);
      found = { values, ranks: values.some(Number.isNaN) ? null : averageRanks(values) };
      ofMoment.set(name, found);
    }
    return found;
  };
}
