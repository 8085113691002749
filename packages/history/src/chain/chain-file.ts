import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { ChainLink } from "../domain/history-store.ts";
import { chainPathOf, type HistoryPlace, listDays, pathOf } from "../files/place.ts";
import { dataSync, type RunOnDisk, readWhole, syncNames, writeAll } from "../files/whole-files.ts";
import { lineOf, linkAfter, NO_HASH, parseLine, sha256Of } from "./links.ts";

/** The lines of the chain, oldest first; null for one that is damaged. A last line that was cut off is left out: it was never synced. */
export async function readChain(place: HistoryPlace, run: RunOnDisk): Promise<readonly (ChainLink | null)[]> {
  const text = (await run("store_unreadable", () => readWhole(chainPathOf(place))))?.toString("utf8") ?? "";
  return text.split("\n").slice(0, -1).map(parseLine);
}

/**
 * Links what is there for good and has no link yet: the newest closed days, and the newest statistics. Also makes good what a kill has
 * left undone. Only for the writer.
 */
export async function extendChain(place: HistoryPlace, run: RunOnDisk): Promise<void> {
  const links = (await readChain(place, run)).filter((link) => link !== null);
  const missing: Omit<ChainLink, "hash">[] = [];
  for (const kind of ["quarters", "statistics"] as const) {
    const linked = new Set(links.filter((link) => link.kind === kind).map(({ day }) => day));
    const days = await run("store_unreadable", () => listDays(place, kind));
    for (const day of days.filter((each) => !linked.has(each))) {
      const bytes = await run("store_unreadable", () => readWhole(pathOf(place, day, kind)));
      if (bytes !== null) {
        missing.push({ day, kind, sha256: sha256Of(bytes) });
      }
    }
  }
  if (missing.length === 0) {
    return;
  }
  missing.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  let before = links.at(-1)?.hash ?? NO_HASH;
  let lines = "";
  for (const each of missing) {
    const link = linkAfter(before, each);
    before = link.hash;
    lines += lineOf(link);
  }
  await run("store_unwritable", () => appendLines(chainPathOf(place), lines));
}

async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    await file.truncate(await endOfLastLine(path));
    await writeAll(file, Buffer.from(lines));
    await dataSync(file);
  } finally {
    await file.close();
  }
  await syncNames(dirname(path));
}

/** What stands behind the last line's end was cut off. */
async function endOfLastLine(path: string): Promise<number> {
  return ((await readWhole(path))?.lastIndexOf("\n") ?? -1) + 1;
}
