import { HISTORY_COMPONENTS, type HistoryRefresh, type HistoryRow } from "./history-row.ts";

/** The figures of a row that are columns of a file, in the order in which they are written. Names are only ever added at the end. */
export const HISTORY_COLUMNS = [
  "score",
  "weightedSignal",
  "relative",
  ...HISTORY_COMPONENTS,
  "outlook",
  "reliability",
  "momentum1h",
  "momentum24h",
  "rating30m",
  "markPrice",
  "fundingRate",
  "openInterestUsd",
  "turnoverUsd",
  "knownInputs",
] as const;
export type HistoryColumn = (typeof HISTORY_COLUMNS)[number];

/**
 * How many decimals are kept, or how many digits of a whole number; null: the figure is kept exactly, as it is the exchange's own. Score and relative score
 * have the decimals that are published, signals of components what makes those of the component's score.
 */
const HISTORY_ROUNDING: Readonly<
  Record<HistoryColumn, { readonly decimals: number } | { readonly digits: number } | null>
> = {
  score: { decimals: 2 },
  weightedSignal: { decimals: 5 },
  relative: { decimals: 2 },
  technical: { decimals: 4 },
  volume: { decimals: 4 },
  orderflow: { decimals: 4 },
  orderbook: { decimals: 4 },
  sentiment: { decimals: 4 },
  price_structure: { decimals: 4 },
  outlook: { decimals: 4 },
  reliability: { decimals: 4 },
  momentum1h: { decimals: 8 },
  momentum24h: { decimals: 8 },
  rating30m: { decimals: 6 },
  markPrice: null,
  fundingRate: null,
  openInterestUsd: { digits: 5 },
  turnoverUsd: { digits: 4 },
  knownInputs: { decimals: 0 },
};

/** What is there of a symbol at a refresh. */
export const ROW_STATE = { absent: 0, scored: 1, priced: 2 } as const;

/** When a refresh was, without its rows. */
export type RefreshHead = Omit<HistoryRefresh, "rows">;

/** Some refreshes in a row, as columns: cell `symbol * refreshes.length + refresh` of each is of one symbol at one refresh. */
export interface HistoryChunk {
  /** Oldest first. */
  readonly refreshes: readonly RefreshHead[];
  readonly symbols: readonly string[];
  /** One of ROW_STATE for each cell. */
  readonly states: Uint8Array;
  /** Those that were asked for. NaN: unknown. */
  readonly columns: ReadonlyMap<HistoryColumn, Float64Array>;
}

/** Reads the figure of a row; null: unknown. */
export const FIGURE_OF: Readonly<Record<HistoryColumn, (row: HistoryRow) => number | null>> = {
  score: (row) => row.score,
  weightedSignal: (row) => row.weightedSignal,
  relative: (row) => row.relative,
  technical: ({ components }) => components.technical,
  volume: ({ components }) => components.volume,
  orderflow: ({ components }) => components.orderflow,
  orderbook: ({ components }) => components.orderbook,
  sentiment: ({ components }) => components.sentiment,
  price_structure: ({ components }) => components.price_structure,
  outlook: (row) => row.outlook,
  reliability: (row) => row.reliability,
  momentum1h: (row) => row.momentum1h,
  momentum24h: (row) => row.momentum24h,
  rating30m: (row) => row.rating30m,
  markPrice: (row) => row.markPrice,
  fundingRate: (row) => row.fundingRate,
  openInterestUsd: (row) => row.openInterestUsd,
  turnoverUsd: (row) => row.turnoverUsd,
  knownInputs: (row) => row.knownInputs,
};

/** Makes columns of refreshes, rounded as HISTORY_ROUNDING says. Of a symbol that is not scored, only the price is taken. */
export function chunkOf(refreshes: readonly HistoryRefresh[]): HistoryChunk {
  const symbols = [...new Set(refreshes.flatMap(({ rows }) => rows.map(({ symbol }) => symbol)))].sort();
  const slots = new Map(symbols.map((symbol, slot) => [symbol, slot]));
  const cells = symbols.length * refreshes.length;
  const states = new Uint8Array(cells);
  const columns = new Map(HISTORY_COLUMNS.map((column) => [column, new Float64Array(cells).fill(Number.NaN)]));
  for (const [index, { rows }] of refreshes.entries()) {
    for (const row of rows) {
      const cell = (slots.get(row.symbol) ?? 0) * refreshes.length + index;
      states[cell] = row.scored ? ROW_STATE.scored : ROW_STATE.priced;
      for (const [column, values] of columns) {
        if (row.scored || column === "markPrice") {
          values[cell] = rounded(FIGURE_OF[column](row), HISTORY_ROUNDING[column]);
        }
      }
    }
  }
  return { refreshes: refreshes.map(({ rows: _, ...head }) => head), symbols, states, columns };
}

/** Adding 0 makes 0 of -0. */
function rounded(value: number | null, rounding: (typeof HISTORY_ROUNDING)[HistoryColumn]): number {
  if (value === null) {
    return Number.NaN;
  }
  if (rounding === null) {
    return value + 0;
  }
  if ("digits" in rounding) {
    const whole = Math.round(value);
    const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(whole))) + 1 - rounding.digits);
    return Math.round(whole / unit) * unit + 0;
  }
  const factor = 10 ** rounding.decimals;
  return Math.round(value * factor) / factor + 0;
}

/** One chunk of several that have the same columns and follow each other. */
export function joinChunks(chunks: readonly HistoryChunk[]): HistoryChunk {
  const refreshes = chunks.flatMap((chunk) => chunk.refreshes);
  const symbols = [...new Set(chunks.flatMap((chunk) => chunk.symbols))].sort();
  const slots = new Map(symbols.map((symbol, slot) => [symbol, slot]));
  const cells = symbols.length * refreshes.length;
  const states = new Uint8Array(cells);
  const columns = new Map<HistoryColumn, Float64Array>();
  for (const column of chunks[0]?.columns.keys() ?? []) {
    columns.set(column, new Float64Array(cells).fill(Number.NaN));
  }
  let from = 0;
  for (const chunk of chunks) {
    const length = chunk.refreshes.length;
    const places = chunk.symbols.map((symbol) => (slots.get(symbol) ?? 0) * refreshes.length + from);
    putRuns(chunk.states, length, states, places);
    for (const [column, values] of chunk.columns) {
      putRuns(values, length, columns.get(column) ?? NONE, places);
    }
    from += length;
  }
  return { refreshes, symbols, states, columns };
}

/** Copies runs of so many cells each to their places: by hand, as most runs are a single cell, for which a view costs far more than the copy. */
function putRuns<Cells extends Uint8Array | Float64Array>(
  source: Cells,
  length: number,
  target: Cells,
  places: readonly number[],
): void {
  let cell = 0;
  for (const place of places) {
    for (let index = 0; index < length; index++) {
      target[place + index] = source[cell++] ?? Number.NaN;
    }
  }
}

/** The refreshes of a chunk that has all columns, one after the other. */
export function* refreshesOf(chunk: HistoryChunk): Generator<HistoryRefresh> {
  const { refreshes, symbols, states, columns } = chunk;
  const figures = Object.fromEntries(HISTORY_COLUMNS.map((column) => [column, columns.get(column) ?? NONE])) as Figures;
  for (const [index, head] of refreshes.entries()) {
    const rows: HistoryRow[] = [];
    for (const [slot, symbol] of symbols.entries()) {
      const cell = slot * refreshes.length + index;
      const state = states[cell];
      if (state === ROW_STATE.scored) {
        rows.push(rowAt(figures, cell, symbol));
      } else if (state === ROW_STATE.priced) {
        rows.push(pricedRow(symbol, known(figures.markPrice[cell])));
      }
    }
    yield { ...head, rows };
  }
}

type Figures = Readonly<Record<HistoryColumn, Float64Array>>;

const NONE = new Float64Array();

const NO_COMPONENTS: HistoryRow["components"] = {
  technical: null,
  volume: null,
  orderflow: null,
  orderbook: null,
  sentiment: null,
  price_structure: null,
};

/** Of a symbol that is not scored, only the price is there. */
export function pricedRow(symbol: string, markPrice: number | null): HistoryRow {
  return {
    symbol,
    scored: false,
    score: null,
    weightedSignal: null,
    relative: null,
    components: NO_COMPONENTS,
    outlook: null,
    reliability: null,
    momentum1h: null,
    momentum24h: null,
    rating30m: null,
    markPrice,
    fundingRate: null,
    openInterestUsd: null,
    turnoverUsd: null,
    knownInputs: 0,
  };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function rowAt(figures: Figures, cell: number, symbol: string): HistoryRow {
  return {
    symbol,
    scored: true,
    score: known(figures.score[cell]),
    weightedSignal: known(figures.weightedSignal[cell]),
    relative: known(figures.relative[cell]),
    components: {
      technical: known(figures.technical[cell]),
      volume: known(figures.volume[cell]),
      orderflow: known(figures.orderflow[cell]),
      orderbook: known(figures.orderbook[cell]),
      sentiment: known(figures.sentiment[cell]),
      price_structure: known(figures.price_structure[cell]),
    },
    outlook: known(figures.outlook[cell]),
    reliability: known(figures.reliability[cell]),
    momentum1h: known(figures.momentum1h[cell]),
    momentum24h: known(figures.momentum24h[cell]),
    rating30m: known(figures.rating30m[cell]),
    markPrice: known(figures.markPrice[cell]),
    fundingRate: known(figures.fundingRate[cell]),
    openInterestUsd: known(figures.openInterestUsd[cell]),
    turnoverUsd: known(figures.turnoverUsd[cell]),
    knownInputs: known(figures.knownInputs[cell]) ?? 0,
  };
}
