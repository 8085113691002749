import { PulseboardError } from "@pulseboard/runtime";
import { daysBetween } from "../domain/history-days.ts";
import type { ChainLink } from "../domain/history-store.ts";
import { type HistoryPlace, listDays, pathOf } from "../files/place.ts";
import { KEPT_DAYS } from "../files/retention.ts";
import { hashFile, type RunOnDisk } from "../files/whole-files.ts";
import { readChain } from "./chain-file.ts";
import { hashOf, NO_HASH } from "./links.ts";

/**
 * - `line`: a line of the chain cannot be read
 * - `link`: a link's hash is not made from the one before and what it says
 * - `file`: a file is not the one that was linked
 * - `unreadable`: a file is there, and what is in it cannot be read
 * - `removed`: a file is gone that is not old enough to be removed
 */
export type ChainProblem = "line" | "link" | "file" | "unreadable" | "removed";

export interface ChainReport {
  /** Nothing is broken. Days that are missing do not break a chain. */
  readonly intact: boolean;
  readonly links: number;
  /** Hash of the last link; null without any. */
  readonly head: string | null;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  /** UTC days between the first and the last one that have no quarters of an hour: the worker was away. */
  readonly missingDays: readonly string[];
  /** Files that were compared with their link. */
  readonly filesCompared: number;
  /** Links whose file is gone because of its age. */
  readonly filesExpired: number;
  /** Files of closed days that no link is for: the writer links them when it closes the next day, or the chain's end was cut off. */
  readonly filesUnlinked: number;
  /** What is broken, in the chain's order; `line` counts from 1. */
  readonly broken: readonly { readonly line: number; readonly day: string | null; readonly problem: ChainProblem }[];
}

/** Walks the chain from its first link to its head, and compares each file that is still there. Throws a StoreError. */
export async function verifyChain(place: HistoryPlace, run: RunOnDisk): Promise<ChainReport> {
  const lines = await readChain(place, run);
  const links = lines.filter((link) => link !== null);
  const days = [...new Set(links.filter(({ kind }) => kind === "quarters").map(({ day }) => day))].sort();
  const newestDay = await newestDayOf(place, run);
  const broken: { line: number; day: string | null; problem: ChainProblem }[] = [];
  let [filesCompared, filesExpired] = [0, 0];
  let before = NO_HASH;
  for (const [index, link] of lines.entries()) {
    const report = (problem: ChainProblem): void => {
      broken.push({ line: index + 1, day: link?.day ?? null, problem });
    };
    if (link === null) {
      report("line");
      continue;
    }
    if (hashOf(before, link) !== link.hash) {
      report("link");
    }
    before = link.hash;
    const found = await hashOfFile(pathOf(place, link.day, link.kind), run);
    if (found === "unreadable") {
      report("unreadable");
    } else if (found !== null) {
      filesCompared += 1;
      if (found !== link.sha256) {
        report("file");
      }
    } else if (isExpired(link, newestDay)) {
      filesExpired += 1;
    } else {
      report("removed");
    }
  }
  return {
    intact: broken.length === 0,
    links: links.length,
    head: links.at(-1)?.hash ?? null,
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    missingDays: daysMissing(days),
    filesCompared,
    filesExpired,
    filesUnlinked: await countUnlinked(place, run, links),
    broken,
  };
}

/** One file that cannot be read does not keep the others from being compared. A disk that does not answer does. */
async function hashOfFile(path: string, run: RunOnDisk): Promise<string | "unreadable" | null> {
  try {
    return await hashFile(path, run);
  } catch (error) {
    if (error instanceof PulseboardError && error.code === "store_unreadable") {
      return "unreadable";
    }
    throw error;
  }
}

async function countUnlinked(place: HistoryPlace, run: RunOnDisk, links: readonly ChainLink[]): Promise<number> {
  let count = 0;
  for (const kind of ["quarters", "statistics"] as const) {
    const linked = new Set(links.filter((link) => link.kind === kind).map(({ day }) => day));
    const days = await run("store_unreadable", () => listDays(place, kind));
    count += days.filter((day) => !linked.has(day)).length;
  }
  return count;
}

/** The day from which the age of files counts. */
async function newestDayOf(place: HistoryPlace, run: RunOnDisk): Promise<string | null> {
  const days = [];
  for (const kind of ["open", "refreshes", "quarters"] as const) {
    days.push(...(await run("store_unreadable", () => listDays(place, kind))));
  }
  return days.sort().at(-1) ?? null;
}

function isExpired({ day, kind }: ChainLink, newestDay: string | null): boolean {
  return newestDay !== null && daysBetween(day, newestDay) > KEPT_DAYS[kind];
}

function daysMissing(days: readonly string[]): readonly string[] {
  return days.slice(1).flatMap((day, index) => {
    const before = days[index] ?? day;
    const between = daysBetween(before, day) - 1;
    return Array.from({ length: between }, (_, step) =>
      new Date(Date.parse(before) + (step + 1) * 86_400_000).toISOString().slice(0, 10),
    );
  });
}
