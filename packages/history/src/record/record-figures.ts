/** What the record needs of a row, whatever else is in it. */
export interface RecordRow {
  readonly symbol: string;
  /** False: it left the list, and only its price is kept. */
  readonly scored: boolean;
  /** USD per base coin; null where it is not known. A contract that the exchange does not list any more has no row. */
  readonly markPrice: number | null;
}

/** A figure by which the symbols of a moment are ranked. */
export interface RankedFigure<Row> {
  readonly name: string;
  readonly of: (row: Row) => number | null;
}

/** The symbols of a moment whose figure lies beyond a line. */
export interface LineFigure<Row> {
  readonly name: string;
  readonly of: (row: Row) => number | null;
  /** "up": from the line upwards; "down": from the line downwards. The line itself is beyond. */
  readonly beyond: "up" | "down";
  readonly line: number;
  /** Counts the moments apart at which more than half of the symbols are beyond: these cannot all beat the median. */
  readonly crowdedApart: boolean;
}

/** What a record looks at. */
export interface RecordFigures<Row> {
  readonly ranked: readonly RankedFigure<Row>[];
  readonly lines: readonly LineFigure<Row>[];
  /** The names of the inputs of a score, and by row a bit for each that was known, from the first name's. */
  readonly inputs: readonly string[];
  readonly knownInputs: (row: Row) => number;
}
