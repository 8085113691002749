import { rm } from "node:fs/promises";
import { closeDay } from "./closed-day.ts";
import type { DayReader } from "./day-reader.ts";
import { type HistoryPlace, listDays, pathOf } from "./place.ts";
import type { RunOnDisk } from "./whole-files.ts";

/** Closes every open day before the newest one; also makes good what a kill has left undone. */
export async function closeDaysBefore(
  newestDay: string,
  tools: { readonly place: HistoryPlace; readonly run: RunOnDisk; readonly reader: DayReader },
): Promise<void> {
  const { place, run } = tools;
  const list = (kind: "open" | "refreshes"): Promise<readonly string[]> =>
    run("store_unreadable", () => listDays(place, kind));
  const closed = await list("refreshes");
  for (const day of (await list("open")).filter((each) => each < newestDay)) {
    if (closed.includes(day)) {
      // Closed, and killed before this.
      await run("store_unwritable", () => rm(pathOf(place, day, "open"), { force: true }));
    } else {
      await closeDay(day, tools);
    }
  }
}
