import type { Clock } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { readChain } from "../chain/chain-file.ts";
import { type ChainReport, verifyChain } from "../chain/verify-chain.ts";
import type { HistoryDurations } from "../domain/durations.ts";
import type { HistoryReader } from "../domain/history-store.ts";
import { createDayReader, type DamagedFile } from "../files/day-reader.ts";
import { folderOf, type HistoryPlace, listDays, listMethodVersions, pathOf } from "../files/place.ts";
import { type RunOnDisk, readWhole } from "../files/whole-files.ts";

export interface ReadHistoryOptions extends HistoryPlace {
  readonly clock: Clock;
  readonly durations: Pick<HistoryDurations, "diskMs">;
  /** Called once for each file of which not everything can be read. */
  readonly onDamage: (damaged: DamagedFile) => void;
}

/** Reads a history that another process may be writing. */
export function readHistory({ clock, durations, onDamage, ...place }: ReadHistoryOptions): HistoryReader {
  const { run } = createDiskOperations({ directory: folderOf(place), clock, deadlineMs: durations.diskMs });
  return createReader({ place, run, onDamage });
}

/** The chain of a history from its first link on: `pulseboard record --verify` prints it. Throws a StoreError. */
export function verifyHistory({
  clock,
  durations,
  ...place
}: Omit<ReadHistoryOptions, "onDamage">): Promise<ChainReport> {
  const { run } = createDiskOperations({ directory: folderOf(place), clock, deadlineMs: durations.diskMs });
  return verifyChain(place, run);
}

/** The versions of the method by which there is a history of this origin, lowest first. Throws a StoreError. */
export function methodVersionsOf({
  clock,
  durations,
  ...origin
}: Omit<ReadHistoryOptions, "onDamage" | "methodVersion">): Promise<readonly number[]> {
  const { run } = createDiskOperations({ directory: origin.dataDir, clock, deadlineMs: durations.diskMs });
  return run("store_unreadable", () => listMethodVersions(origin));
}

export interface ReaderTools {
  readonly place: HistoryPlace;
  readonly run: RunOnDisk;
  readonly onDamage: (damaged: DamagedFile) => void;
}

export function createReader(tools: ReaderTools): HistoryReader {
  const { place, run } = tools;
  const list = async (...kinds: Parameters<typeof listDays>[1][]): Promise<readonly string[]> => {
    const found = [];
    for (const kind of kinds) {
      found.push(...(await run("store_unreadable", () => listDays(place, kind))));
    }
    return [...new Set(found)].sort();
  };
  return {
    ...createDayReader(tools),
    days: (series) => (series === "refreshes" ? list("open", "refreshes") : list("open", "refreshes", "quarters")),
    readStatistics: async (day) => {
      const bytes = await run("store_unreadable", () => readWhole(pathOf(place, day, "statistics")));
      return bytes?.toString("utf8") ?? null;
    },
    statisticsDays: () => list("statistics"),
    chain: async () => (await readChain(place, run)).filter((link) => link !== null),
  };
}
