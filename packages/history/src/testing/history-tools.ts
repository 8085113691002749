import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { HISTORY_DURATIONS } from "../domain/durations.ts";
import { chunkOf, refreshesOf } from "../domain/history-columns.ts";
import type { HistoryRefresh, HistorySeries } from "../domain/history-row.ts";
import type { HistoryReader, HistoryStore } from "../domain/history-store.ts";
import type { HistoryPlace } from "../files/place.ts";
import { openHistory } from "../store/open-history.ts";

export const DAY_MS = 86_400_000;
/** A Monday, 2026-03-02. */
export const FIRST_DAY_MS = Date.UTC(2026, 2, 2);

export function placeIn(dataDir: string, place: Partial<HistoryPlace> = {}): HistoryPlace {
  return { dataDir, origin: "bybit", simulated: false, methodVersion: 2, ...place };
}

export function openIn(place: HistoryPlace, { log, outages }: RecordedLog = createRecordedLog()): HistoryStore {
  return openHistory({ ...place, log, outages, clock: systemClock, durations: HISTORY_DURATIONS });
}

export async function readAll(
  store: HistoryReader,
  series: HistorySeries,
  day: string,
): Promise<readonly HistoryRefresh[]> {
  const refreshes: HistoryRefresh[] = [];
  for await (const refresh of store.readDay(series, day)) {
    refreshes.push(refresh);
  }
  return refreshes;
}

/** As it comes back: rounded. */
export function asKept(refresh: HistoryRefresh): HistoryRefresh {
  const [kept] = refreshesOf(chunkOf([refresh]));
  if (kept === undefined) {
    throw new Error("It has no refresh");
  }
  return kept;
}
