import { setImmediate as nextTurn } from "node:timers/promises";
import { daysBetween, type HistoryReader, ROW_STATE } from "@pulseboard/history";
import type { ScoreSeries } from "./score-series.ts";

/** The longest span that is shown. */
const SHOWN_DAYS = 90;
/** The spans of a day and less need each refresh; of the days before, a score for each quarter of an hour is enough. */
const WHOLE_DAYS = 1;
/** Between two turns of the event loop. */
const CELLS_AT_ONCE = 4000;

export interface LoadedScores {
  /** Market time of the newest refresh, Unix ms; null when there is no history. */
  readonly newestMs: number | null;
  /** When each symbol was last scored, Unix ms, as far as the last two days say. */
  readonly lastScoredMs: ReadonlyMap<string, number>;
}

/**
 * Fills the series of scores from the history of earlier processes, some cells in a turn of the event loop.
 *
 * @throws StoreError when the disk cannot be read; what was read until then is in the series
 */
export async function loadScores(history: HistoryReader, series: ScoreSeries): Promise<LoadedScores> {
  const lastScoredMs = new Map<string, number>();
  let newestMs: number | null = null;
  let cells = 0;

  const load = async (kind: "quarters" | "refreshes", day: string): Promise<void> => {
    for await (const chunk of history.readChunks(kind, day, ["score", "relative"])) {
      const { refreshes, symbols, states, columns } = chunk;
      const figure = (name: "score" | "relative", cell: number): number | null => {
        const value = columns.get(name)?.[cell];
        return value === undefined || Number.isNaN(value) ? null : value;
      };
      for (const [at, { asOfMs }] of refreshes.entries()) {
        newestMs = Math.max(newestMs ?? asOfMs, asOfMs);
        for (const [slot, symbol] of symbols.entries()) {
          const cell = slot * refreshes.length + at;
          if (states[cell] === ROW_STATE.scored) {
            series.put(symbol, asOfMs, figure("score", cell), figure("relative", cell));
            lastScoredMs.set(symbol, asOfMs);
          }
        }
        cells += symbols.length;
        if (cells >= CELLS_AT_ONCE) {
          cells = 0;
          await nextTurn();
        }
      }
    }
  };

  const days = await history.days("quarters");
  const last = days.at(-1);
  for (const day of days) {
    const age = last === undefined ? 0 : daysBetween(day, last);
    if (age <= WHOLE_DAYS) {
      await load("refreshes", day);
    } else if (age <= SHOWN_DAYS) {
      await load("quarters", day);
    }
  }
  return { newestMs, lastScoredMs };
}
