import { rm } from "node:fs/promises";
import type { Clock, Logger, OutageLog } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { createOutageReporter } from "@pulseboard/storage/store-error";
import { type ChainEnd, extendChain, linkStatistics } from "../chain/chain-file.ts";
import type { HistoryDurations } from "../domain/durations.ts";
import { dayOf } from "../domain/history-days.ts";
import type { HistoryRefresh } from "../domain/history-row.ts";
import type { AppendOutcome, HistoryStore } from "../domain/history-store.ts";
import { appendRefresh } from "../files/append.ts";
import { closeDaysBefore } from "../files/maintenance.ts";
import { folderOf, type HistoryPlace, originFolderOf, pathOf } from "../files/place.ts";
import { removeOldFiles } from "../files/retention.ts";
import { makeFile } from "../files/whole-files.ts";
import { createWriterLock } from "../files/writer-lock.ts";
import { createReader } from "./read-history.ts";

export interface HistoryOptions extends HistoryPlace {
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: HistoryDurations;
}

/** So many refreshes wait for the disk; those that come while there are more are lost. */
const MAX_WAITING = 4;

/**
 * Opens the history of a market in DATA_DIR for writing. Nothing happens before the first refresh: then this process becomes the writer,
 * unless another one is, which it says once and tries again with each refresh. A day is closed, off the way of refreshes, when the first
 * refresh of a later one is there.
 */
export function openHistory({ log, outages, clock, durations, ...place }: HistoryOptions): HistoryStore {
  const reported = createOutageReporter("history", outages);
  const { run, close } = createDiskOperations({ directory: folderOf(place), clock, deadlineMs: durations.diskMs });
  const lock = createWriterLock({ folder: originFolderOf(place), run, durations });
  const reader = createReader({
    place,
    run,
    onDamage: (damaged) =>
      log.warn({ code: "history_damaged", ...damaged }, "A file of the history is damaged: the rest of it is used"),
  });
  /** Time of the newest refresh that is there; null: not known yet. */
  let newestMs: number | null = null;
  let maintainedDay: string | null = null;
  let chainEnd: ChainEnd | null = null;
  let isWaiting = false;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let maintenance: Promise<unknown> = Promise.resolve();

  const isWriter = async (): Promise<boolean> => {
    const isTaken = await lock.take();
    if (isTaken === isWaiting) {
      isWaiting = !isTaken;
      const folder = originFolderOf(place);
      if (isWaiting) {
        // What it writes is not known here.
        newestMs = null;
        log.warn({ folder }, "Another process writes the history: waiting until it ends");
      } else {
        log.info({ folder }, "The history is written by this process now");
      }
    }
    return isTaken;
  };

  const findNewest = async (): Promise<number> => {
    const days = await reader.days("refreshes");
    let found = Number.NEGATIVE_INFINITY;
    for (const day of days.toReversed()) {
      for await (const { refreshes } of reader.readChunks("refreshes", day, [])) {
        found = refreshes.at(-1)?.asOfMs ?? found;
      }
      if (found > Number.NEGATIVE_INFINITY) {
        break;
      }
    }
    return found;
  };

  /** One after the other, each on its own: a refresh does not wait for them. */
  const inBackground = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = maintenance.then(() => reported(2, work));
    maintenance = turn.catch(() => undefined);
    return turn;
  };

  const maintain = (newestDay: string): void => {
    maintainedDay = newestDay;
    inBackground(async () => {
      await closeDaysBefore(newestDay, { place, run, reader });
      chainEnd = await extendChain(place, run);
      await removeOldFiles(place, newestDay, run);
    }).catch(() => {
      // The outage log has it. What was not done is done with the next refresh.
      maintainedDay = null;
    });
  };

  const appendNow = async (refresh: HistoryRefresh): Promise<AppendOutcome> => {
    if (!(await isWriter())) {
      return "waiting";
    }
    const isFirst = newestMs === null;
    newestMs ??= await findNewest();
    if (refresh.asOfMs <= newestMs) {
      if (!(isFirst && place.simulated)) {
        return "not_newer";
      }
      // Each start of a simulator may be another market.
      log.info({ folder: folderOf(place) }, "The simulated market begins earlier than its history ends: a new history");
      await run("store_unwritable", () => rm(folderOf(place), { recursive: true, force: true }));
    }
    await appendRefresh(refresh, place, run);
    newestMs = refresh.asOfMs;
    const day = dayOf(refresh.asOfMs);
    if (day !== maintainedDay) {
      maintain(day);
    }
    return "kept";
  };

  return {
    ...reader,
    append: async (refresh) => {
      if (waiting >= MAX_WAITING) {
        return "lost";
      }
      waiting += 1;
      const turn = last.then(() => reported(2, () => appendNow(refresh)));
      last = turn.catch(() => undefined);
      try {
        return await turn;
      } catch {
        // The outage log has it.
        return "lost";
      } finally {
        waiting -= 1;
      }
    },
    keepStatistics: (day, text) =>
      inBackground(async () => {
        if (!(await isWriter()) || (await reader.readStatistics(day)) !== null) {
          return false;
        }
        const file = await makeFile(pathOf(place, day, "statistics"), run);
        try {
          await file.write(Buffer.from(text));
        } catch (error) {
          await file.discard();
          throw error;
        }
        await file.finish();
        chainEnd = await linkStatistics(place, run, chainEnd, { day, text });
        return true;
      }),
    close: async () => {
      await last;
      close();
      lock.release();
      await maintenance;
    },
  };
}
