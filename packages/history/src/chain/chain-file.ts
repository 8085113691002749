import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ChainLink } from "../domain/history-store.ts";
import { chainPathOf, type HistoryPlace, listDays, pathOf } from "../files/place.ts";
import {
  dataSync,
  hashFile,
  orNullWithout,
  type RunOnDisk,
  readWhole,
  syncNames,
  writeAll,
} from "../files/whole-files.ts";
import { lineOf, linkAfter, NO_HASH, parseLine, sha256Of } from "./links.ts";

/** The lines of the chain, oldest first; null for one that is damaged. A last line that was cut off is left out: it was never synced. */
export async function readChain(place: HistoryPlace, run: RunOnDisk): Promise<readonly (ChainLink | null)[]> {
  const text = (await run("store_unreadable", () => readWhole(chainPathOf(place))))?.toString("utf8") ?? "";
  return text.split("\n").slice(0, -1).map(parseLine);
}

/** Where the chain ended when it was extended last. */
export interface ChainEnd {
  /** Of the last link. */
  readonly hash: string;
  /** Of the file, up to the end of its last line. */
  readonly bytes: number;
  /** The days whose statistics have a link. */
  readonly statistics: ReadonlySet<string>;
}

/**
 * Links what is there for good and has no link yet: the newest closed days, and the newest statistics. Also makes good what a kill has
 * left undone. Only for the writer.
 */
export async function extendChain(place: HistoryPlace, run: RunOnDisk): Promise<ChainEnd | null> {
  const links = (await readChain(place, run)).filter((link) => link !== null);
  const missing: Omit<ChainLink, "hash">[] = [];
  for (const kind of ["quarters", "statistics"] as const) {
    const linked = new Set(links.filter((link) => link.kind === kind).map(({ day }) => day));
    const days = await run("store_unreadable", () => listDays(place, kind));
    for (const day of days.filter((each) => !linked.has(each))) {
      const sha256 = await hashFile(pathOf(place, day, kind), run);
      if (sha256 !== null) {
        missing.push({ day, kind, sha256 });
      }
    }
  }
  if (missing.length === 0) {
    return null;
  }
  missing.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const statistics = new Set(links.filter(({ kind }) => kind === "statistics").map(({ day }) => day));
  const end = { hash: links.at(-1)?.hash ?? NO_HASH, statistics };
  return await append(place, run, { end, missing, endOfLines: () => endOfLastLine(chainPathOf(place)) });
}

/**
 * Links the statistics of one day. Where the chain still ends as it was left, nothing of it is read: many days may be kept at once.
 *
 * @param end where it was left; null: not known
 */
export async function linkStatistics(
  place: HistoryPlace,
  run: RunOnDisk,
  end: ChainEnd | null,
  { day, text }: { readonly day: string; readonly text: string },
): Promise<ChainEnd | null> {
  const found = await run("store_unreadable", () => orNullWithout(() => stat(chainPathOf(place))));
  if (end === null || found?.size !== end.bytes || end.statistics.has(day)) {
    return await extendChain(place, run);
  }
  const missing = [{ day, kind: "statistics", sha256: sha256Of(text) } as const];
  return await append(place, run, { end, missing, endOfLines: async () => end.bytes });
}

interface Extension {
  readonly end: Omit<ChainEnd, "bytes">;
  readonly missing: readonly Omit<ChainLink, "hash">[];
  readonly endOfLines: () => Promise<number>;
}

async function append(place: HistoryPlace, run: RunOnDisk, { end, missing, endOfLines }: Extension): Promise<ChainEnd> {
  const statistics = new Set(end.statistics);
  let { hash } = end;
  let lines = "";
  for (const each of missing) {
    const link = linkAfter(hash, each);
    hash = link.hash;
    lines += lineOf(link);
    if (each.kind === "statistics") {
      statistics.add(each.day);
    }
  }
  const path = chainPathOf(place);
  return await run("store_unwritable", async () => {
    const from = await endOfLines();
    const file = await open(path, "a+", 0o600);
    try {
      await file.truncate(from);
      await writeAll(file, Buffer.from(lines));
      await dataSync(file);
    } finally {
      await file.close();
    }
    await syncNames(dirname(path));
    return { hash, bytes: from + Buffer.byteLength(lines), statistics };
  });
}

/** What stands behind the last line's end was cut off. */
async function endOfLastLine(path: string): Promise<number> {
  return ((await readWhole(path))?.lastIndexOf("\n") ?? -1) + 1;
}
