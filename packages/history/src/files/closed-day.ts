import { rm } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HISTORY_COLUMNS, type HistoryChunk, joinChunks } from "../domain/history-columns.ts";
import { createQuarterPicker } from "../domain/quarters.ts";
import { encodeChunk } from "../format/chunk-codec.ts";
import { encodeFrame } from "../format/frames.ts";
import type { DayReader } from "./day-reader.ts";
import { type HistoryPlace, pathOf } from "./place.ts";
import { type FileInMaking, makeFile, type RunOnDisk } from "./whole-files.ts";

/** So many rows are compressed together: enough to compress well, and some milliseconds of the event loop. */
const CELLS_PER_CHUNK = 6000;

interface ClosingTools {
  readonly place: HistoryPlace;
  readonly run: RunOnDisk;
  readonly reader: DayReader;
}

/**
 * Writes an open day's two closed files, of quarters and of refreshes, each under a temporary name first, and then removes the open one.
 * Whatever interrupts it: the next call makes good what is missing. Never holds more than some thousand rows. An open file of which nothing can be read stays as it is.
 */
export async function closeDay(day: string, { place, run, reader }: ClosingTools): Promise<void> {
  const made: FileInMaking[] = [];
  const make = async (kind: "refreshes" | "quarters"): Promise<FileInMaking> => {
    const file = await makeFile(pathOf(place, day, kind), run);
    made.push(file);
    return file;
  };
  let count = 0;
  try {
    const all = createChunkWriter(await make("refreshes"));
    const picked = createChunkWriter(await make("quarters"));
    const pick = createQuarterPicker();
    for await (const chunk of reader.readChunks("refreshes", day, HISTORY_COLUMNS)) {
      count += 1;
      // A window of the file holds many: others have their turn in between.
      await nextTurn();
      await all.add(chunk);
      const quarters = pick(chunk);
      if (quarters !== null) {
        await picked.add(quarters);
      }
    }
    await all.end();
    await picked.end();
    if (count > 0) {
      // The refreshes last: where they are, both are.
      for (const file of made.toReversed()) {
        await file.finish();
      }
    }
  } finally {
    // Of files that have their names nothing is left; what fails here is what has failed before.
    await Promise.allSettled(made.map((file) => file.discard()));
  }
  if (count > 0) {
    await run("store_unwritable", () => rm(pathOf(place, day, "open"), { force: true }));
  }
}

interface ChunkWriter {
  add(chunk: HistoryChunk): Promise<void>;
  end(): Promise<void>;
}

/** Writes small chunks as larger ones. */
function createChunkWriter(file: FileInMaking): ChunkWriter {
  let kept: HistoryChunk[] = [];
  let cells = 0;
  const write = async (): Promise<void> => {
    if (kept.length > 0) {
      const chunk = joinChunks(kept);
      kept = [];
      cells = 0;
      await file.write(encodeFrame(await encodeChunk(chunk, "packed")));
    }
  };
  return {
    add: async (chunk) => {
      kept.push(chunk);
      cells += chunk.states.length;
      if (cells >= CELLS_PER_CHUNK) {
        await write();
      }
    },
    end: write,
  };
}
