import { type HistoryChunk, ROW_STATE } from "./history-columns.ts";
import { quarterOf } from "./history-days.ts";

/** So many refreshes after the first one of a quarter are kept for their prices: entries and exits, with room for one that was missed. */
const PRICED_AFTERWARDS = 3;

/**
 * Creates what picks the refreshes that the series of quarters of an hour keeps, given all chunks of a day in their order: null where a
 * chunk has none of them.
 */
export function createQuarterPicker(): (chunk: HistoryChunk) => HistoryChunk | null {
  let quarter = Number.NaN;
  let seen = 0;
  return (chunk) => {
    const picked: Pick[] = [];
    for (const [index, { asOfMs }] of chunk.refreshes.entries()) {
      const own = quarterOf(asOfMs);
      seen = own === quarter ? seen + 1 : 0;
      quarter = own;
      if (seen <= PRICED_AFTERWARDS) {
        picked.push({ index, pricesOnly: seen > 0 });
      }
    }
    return picked.length === 0 ? null : pickOf(chunk, picked);
  };
}

interface Pick {
  /** Of the refresh in its chunk. */
  readonly index: number;
  readonly pricesOnly: boolean;
}

function pickOf({ refreshes, symbols, states, columns }: HistoryChunk, picked: readonly Pick[]): HistoryChunk {
  const cells = symbols.flatMap((_, slot) =>
    picked.map(({ index, pricesOnly }) => ({ cell: slot * refreshes.length + index, pricesOnly })),
  );
  return {
    refreshes: picked.flatMap(({ index }) => refreshes[index] ?? []),
    symbols,
    states: Uint8Array.from(cells, ({ cell, pricesOnly }) => {
      const state = states[cell] ?? ROW_STATE.absent;
      return pricesOnly && state === ROW_STATE.scored ? ROW_STATE.priced : state;
    }),
    columns: new Map(
      [...columns].map(([column, values]) => [
        column,
        Float64Array.from(cells, ({ cell, pricesOnly }) =>
          pricesOnly && column !== "markPrice" ? Number.NaN : (values[cell] ?? Number.NaN),
        ),
      ]),
    ),
  };
}
