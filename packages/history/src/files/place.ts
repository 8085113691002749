import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "@pulseboard/storage/disk-files";
import { startOfDayMs } from "../domain/history-days.ts";

/** Whose history it is: of another market, or by another method, it is another one. */
export interface HistoryPlace {
  readonly dataDir: string;
  /** "bybit" */
  readonly origin: string;
  readonly simulated: boolean;
  readonly methodVersion: number;
}

/** Files of one day: still appended to; closed, each refresh; closed, quarters of an hour; the day's statistics. */
export type DayFile = "open" | "refreshes" | "quarters" | "statistics";

const EXTENSIONS: Readonly<Record<DayFile, string>> = {
  open: ".open",
  refreshes: ".refreshes",
  quarters: ".quarters",
  statistics: ".statistics.json",
};

/** DATA_DIR/history/bybit, or .../simulator-simulated: simulated history has a folder of its own. */
export function originFolderOf({ dataDir, origin, simulated }: Omit<HistoryPlace, "methodVersion">): string {
  return join(dataDir, "history", `${origin}${simulated ? "-simulated" : ""}`);
}

/** .../bybit/v2 */
export function folderOf(place: HistoryPlace): string {
  return join(originFolderOf(place), `v${place.methodVersion}`);
}

/** "bybit-v2": names of files begin with it, so that one that was copied somewhere else still says whose it is. */
function prefixOf({ origin, simulated, methodVersion }: HistoryPlace): string {
  return `${origin}${simulated ? "-simulated" : ""}-v${methodVersion}`;
}

/** .../bybit/v2/bybit-v2-2026-12-01.quarters */
export function pathOf(place: HistoryPlace, day: string, file: DayFile): string {
  return join(folderOf(place), `${prefixOf(place)}-${day}${EXTENSIONS[file]}`);
}

/** .../bybit/v2/bybit-v2.chain */
export function chainPathOf(place: HistoryPlace): string {
  return join(folderOf(place), `${prefixOf(place)}.chain`);
}

/** The days of which there is such a file, oldest first. */
export async function listDays(place: HistoryPlace, file: DayFile): Promise<readonly string[]> {
  const [start, end] = [`${prefixOf(place)}-`, EXTENSIONS[file]];
  return (await namesIn(folderOf(place)))
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .map((name) => name.slice(start.length, -end.length))
    .filter((day) => startOfDayMs(day) !== null)
    .sort();
}

/** The versions of the method by which there is a history of this origin, lowest first. */
export async function listMethodVersions(origin: Omit<HistoryPlace, "methodVersion">): Promise<readonly number[]> {
  return (await namesIn(originFolderOf(origin)))
    .flatMap((name) => /^v([1-9]\d{0,5})$/.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** The names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) {
      return [];
    }
    throw error;
  }
}
