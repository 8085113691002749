import { rm } from "node:fs/promises";
import { daysBetween } from "../domain/history-days.ts";
import { type DayFile, type HistoryPlace, listDays, listMethodVersions, pathOf } from "./place.ts";
import type { RunOnDisk } from "./whole-files.ts";

/** So many whole days before the newest one are kept. */
export const KEPT_DAYS: Readonly<Record<DayFile, number>> = { open: 7, refreshes: 7, quarters: 400, statistics: 400 };

/** Removes the files, also of other versions of the method, that are older than KEPT_DAYS. Their hashes stay in the chain. */
export async function removeOldFiles(place: HistoryPlace, newestDay: string, run: RunOnDisk): Promise<void> {
  for (const methodVersion of await run("store_unreadable", () => listMethodVersions(place))) {
    const own = { ...place, methodVersion };
    for (const kind of ["open", "refreshes", "quarters", "statistics"] as const) {
      const days = await run("store_unreadable", () => listDays(own, kind));
      for (const day of days.filter((each) => daysBetween(each, newestDay) > KEPT_DAYS[kind])) {
        await run("store_unwritable", () => rm(pathOf(own, day, kind), { force: true }));
      }
    }
  }
}
