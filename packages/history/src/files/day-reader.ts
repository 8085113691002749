import { open } from "node:fs/promises";
import { HISTORY_COLUMNS, type HistoryChunk, type HistoryColumn, refreshesOf } from "../domain/history-columns.ts";
import { dayOf } from "../domain/history-days.ts";
import type { HistoryRefresh, HistorySeries } from "../domain/history-row.ts";
import { createQuarterPicker } from "../domain/quarters.ts";
import { FormatError } from "../format/bytes.ts";
import { decodeChunk } from "../format/chunk-codec.ts";
import { type Damage, readFrames } from "../format/frames.ts";
import { type DayFile, type HistoryPlace, pathOf } from "./place.ts";
import { orNullWithout, type RunOnDisk } from "./whole-files.ts";

/** What of a file could not be read. */
export interface DamagedFile {
  readonly path: string;
  /** In a few words. */
  readonly reason: string;
}

export interface DayReaderOptions {
  readonly place: HistoryPlace;
  readonly run: RunOnDisk;
  /** Called once for each file. */
  readonly onDamage: (damaged: DamagedFile) => void;
}

/** Reads the files of days. */
export interface DayReader {
  /** The chunks of one day, with these columns; nothing when the day is not there. */
  readChunks(series: HistorySeries, day: string, columns: readonly HistoryColumn[]): AsyncIterable<HistoryChunk>;
  readDay(series: HistorySeries, day: string): AsyncIterable<HistoryRefresh>;
}

export function createDayReader({ place, run, onDamage }: DayReaderOptions): DayReader {
  const said = new Set<string>();
  const sayOnce = (damaged: DamagedFile): void => {
    if (!said.has(damaged.path)) {
      said.add(damaged.path);
      onDamage(damaged);
    }
  };

  /** False when there is no such file. */
  async function* readFile(
    day: string,
    kind: DayFile,
    columns: readonly HistoryColumn[],
  ): AsyncGenerator<HistoryChunk, boolean> {
    const path = pathOf(place, day, kind);
    const file = await run("store_unreadable", () => orNullWithout(() => open(path, "r")));
    if (file === null) {
      return false;
    }
    let newestMs = Number.NEGATIVE_INFINITY;
    try {
      const readAt = (position: number, bytes: number): Promise<Buffer> =>
        run("store_unreadable", async () => {
          const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, position);
          return buffer.subarray(0, bytesRead);
        });
      for await (const payload of readFrames(readAt, (damage) => sayOnce({ path, reason: describe(damage) }))) {
        const chunk = await decodeChunk(payload, columns).catch((error: unknown) => {
          if (!(error instanceof FormatError)) {
            throw error;
          }
          sayOnce({ path, reason: error.message });
          return NOTHING;
        });
        const [first, last] = [chunk.refreshes[0], chunk.refreshes.at(-1)];
        // What is whole was written once and in order; a record that was copied in by hand is left out.
        if (first !== undefined && last !== undefined && first.asOfMs > newestMs && dayOf(first.asOfMs) === day) {
          newestMs = last.asOfMs;
          yield chunk;
        }
      }
    } finally {
      await file.close();
    }
    return true;
  }

  /** A day that is closed is whole in the closed file; it may be closed while we look. */
  async function* readRefreshes(day: string, columns: readonly HistoryColumn[]): AsyncGenerator<HistoryChunk, boolean> {
    return (
      (yield* readFile(day, "refreshes", columns)) ||
      (yield* readFile(day, "open", columns)) ||
      (yield* readFile(day, "refreshes", columns))
    );
  }

  async function* readChunks(
    series: HistorySeries,
    day: string,
    columns: readonly HistoryColumn[],
  ): AsyncGenerator<HistoryChunk> {
    if (series === "refreshes") {
      yield* readRefreshes(day, columns);
      return;
    }
    if (yield* readFile(day, "quarters", columns)) {
      return;
    }
    const pick = createQuarterPicker();
    for await (const chunk of readRefreshes(day, columns)) {
      const picked = pick(chunk);
      if (picked !== null) {
        yield picked;
      }
    }
  }

  return {
    readChunks,
    readDay: async function* (series, day) {
      for await (const chunk of readChunks(series, day, HISTORY_COLUMNS)) {
        yield* refreshesOf(chunk);
      }
    },
  };
}

const NOTHING: HistoryChunk = { refreshes: [], symbols: [], states: new Uint8Array(), columns: new Map() };

/** "17 bytes from byte 4096 on are cut off or damaged" */
function describe({ offset, bytes, stretches }: Damage): string {
  const where = stretches === 1 ? `from byte ${offset} on` : `in ${stretches} places, the first at byte ${offset},`;
  return `${bytes} bytes ${where} are cut off or damaged`;
}
