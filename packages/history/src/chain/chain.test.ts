import { createHash } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chainPathOf, folderOf, type HistoryPlace, pathOf } from "../files/place.ts";
import { removeOldFiles } from "../files/retention.ts";
import type { RunOnDisk } from "../files/whole-files.ts";
import { placeIn } from "../testing/history-tools.ts";
import { type ChainEnd, extendChain, linkStatistics } from "./chain-file.ts";
import { type ChainReport, verifyChain } from "./verify-chain.ts";

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let place: HistoryPlace;
let run: RunOnDisk;

beforeEach(async () => {
  folder = await createTemporaryFolder();
  place = placeIn(folder.path);
  ({ run } = createDiskOperations({ directory: folder.path, clock: systemClock, deadlineMs: 4000 }));
  await mkdir(folderOf(place), { recursive: true });
  for (const day of ["2026-03-01", "2026-03-02", "2026-03-05"]) {
    await writeFile(pathOf(place, day, "quarters"), `quarters of ${day}`);
    await extendChain(place, run);
  }
  await writeFile(pathOf(place, "2026-03-02", "statistics"), "{}");
  await extendChain(place, run);
});
afterEach(() => folder.remove());

const verify = (): Promise<ChainReport> => verifyChain(place, run);
const problems = async (): Promise<readonly string[]> =>
  (await verify()).broken.map(({ line, day, problem }) => `${line} ${day} ${problem}`);
const change = async (path: string, to: (text: string) => string): Promise<void> =>
  writeFile(path, to(await readFile(path, "utf8")));

/** By other code: each line's hash from the one before. */
async function headByHand(): Promise<string> {
  let before = "0".repeat(64);
  for (const line of (await readFile(chainPathOf(place), "utf8")).trim().split("\n")) {
    const { kind, day, sha256 } = JSON.parse(line);
    before = createHash("sha256").update([before, kind, day, sha256, ""].join("\n")).digest("hex");
  }
  return before;
}

it("is intact, with a head that other code computes, and days that are missing counted apart", async () => {
  expect(await verify()).toEqual({
    intact: true,
    links: 4,
    head: await headByHand(),
    firstDay: "2026-03-01",
    lastDay: "2026-03-05",
    missingDays: ["2026-03-03", "2026-03-04"],
    filesCompared: 4,
    filesExpired: 0,
    filesUnlinked: 0,
    broken: [],
  });
});

it("changes its head with each byte of each file that was chained", async () => {
  const head = await headByHand();
  await rm(chainPathOf(place));
  await change(pathOf(place, "2026-03-01", "quarters"), (text) => `${text}.`);
  await extendChain(place, run);
  expect((await verify()).intact).toBe(true);
  expect((await verify()).head).not.toBe(head);
});

it("is broken where a file was changed", async () => {
  await change(pathOf(place, "2026-03-02", "quarters"), (text) => text.replace("02", "03"));
  expect(await problems()).toEqual(["2 2026-03-02 file"]);
});

it("is broken where a line was changed, taken out, or cannot be read", async () => {
  const text = await readFile(chainPathOf(place), "utf8");
  const lines = text.trim().split("\n");
  await change(chainPathOf(place), () => `${lines.filter((_, index) => index !== 1).join("\n")}\n`);
  expect(await problems()).toEqual(["2 2026-03-05 link"]);
  await change(chainPathOf(place), () => text.replace("2026-03-02", "2026-03-03"));
  expect(await problems()).toEqual(["2 2026-03-03 link", "2 2026-03-03 removed"]);
  await change(chainPathOf(place), () => text.replace('"kind"', '"kinb"'));
  expect(await problems()).toEqual(["1 null line", "2 2026-03-02 link"]);
});

it("is broken where a file was removed too early, and not where it was removed for its age", async () => {
  await rm(pathOf(place, "2026-03-02", "quarters"));
  expect(await problems()).toEqual(["2 2026-03-02 removed"]);
  const head = await headByHand();
  // 400 days before this one is 2026-03-02.
  await writeFile(pathOf(place, "2027-04-06", "open"), "");
  await removeOldFiles(place, "2027-04-06", run);
  expect(await verify()).toMatchObject({ broken: [{ day: "2026-03-02", problem: "removed" }], filesExpired: 1, head });
  await rm(pathOf(place, "2027-04-06", "open"));
  await writeFile(pathOf(place, "2027-04-07", "open"), "");
  await removeOldFiles(place, "2027-04-07", run);
  expect(await verify()).toMatchObject({ intact: true, filesExpired: 3, filesCompared: 1, links: 4, head });
});

it("compares the other files where some cannot be read", async () => {
  await rm(pathOf(place, "2026-03-01", "quarters"));
  await mkdir(pathOf(place, "2026-03-01", "quarters"));
  await rm(pathOf(place, "2026-03-02", "quarters"));
  await symlink("itself", pathOf(place, "2026-03-02", "quarters"));
  await symlink(pathOf(place, "2026-03-02", "quarters"), join(folderOf(place), "itself"));
  await change(pathOf(place, "2026-03-02", "statistics"), (text) => `${text} `);
  expect(await problems()).toEqual(["1 2026-03-01 unreadable", "2 2026-03-02 unreadable", "4 2026-03-02 file"]);
});

it("counts files that no link is for, as where the chain's end was cut off or the chain is gone", async () => {
  await change(chainPathOf(place), (text) => text.split("\n").slice(0, 2).join("\n").concat("\n"));
  expect(await verify()).toMatchObject({ intact: true, links: 2, filesUnlinked: 2 });
  await rm(chainPathOf(place));
  expect(await verify()).toMatchObject({ links: 0, filesUnlinked: 4 });
  await extendChain(place, run);
  expect(await verify()).toMatchObject({ links: 4, filesUnlinked: 0 });
});

it("goes on behind a line that was cut off, and links again what that line was for", async () => {
  const text = await readFile(chainPathOf(place), "utf8");
  for (const bytes of [text.length - 1, text.length - 40, text.lastIndexOf("{") + 1]) {
    await writeFile(chainPathOf(place), text.slice(0, bytes));
    expect((await verify()).links).toBe(3);
    await extendChain(place, run);
    expect(await readFile(chainPathOf(place), "utf8")).toBe(text);
  }
});

it("has one link for each day's statistics, whether or not the file ends as it was left", async () => {
  const end = await linkOf("2026-03-05", null);
  const next = await linkOf("2026-03-06", end);
  // Somebody has put an older state of the folder back.
  await change(chainPathOf(place), (text) => `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
  const after = await linkOf("2026-03-07", next);
  await linkOf("2026-03-07", after);
  expect(await verify()).toMatchObject({ intact: true, links: 7, head: await headByHand(), filesCompared: 7 });
});

async function linkOf(day: string, end: ChainEnd | null): Promise<ChainEnd | null> {
  const text = `statistics of ${day}`;
  await writeFile(pathOf(place, day, "statistics"), text);
  return await linkStatistics(place, run, end, { day, text });
}
