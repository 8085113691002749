import { spawnSync } from "node:child_process";
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HISTORY_DURATIONS, type HistoryRefresh, openHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { madeRefresh } from "./support/made-refresh.mjs";

const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--mount", "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0;

// In CI it fails instead.
it.skipIf(!canMount && process.env.CI === undefined)(
  "a file system that is full costs the refreshes that it does not take, says so once, and nothing of before or after (skipped where no tmpfs can be mounted)",
  async () => {
    const folder = await createTemporaryFolder();
    onTestFinished(folder.remove);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "none", folder.path]).status).toBe(0);
    onTestFinished(() => void spawnSync("umount", [folder.path]));
    const { lines, log, outages } = createRecordedLog();
    const place = { dataDir: folder.path, origin: "bybit", simulated: false, methodVersion: 2 };
    const history = openHistory({ ...place, log, outages, clock: systemClock, durations: HISTORY_DURATIONS });
    onTestFinished(() => history.close());
    const append = async (numbers: readonly number[]) => {
      const outcomes = [];
      for (const number of numbers) {
        outcomes.push(await history.append(madeRefresh(number)));
      }
      return [...new Set(outcomes)];
    };
    const readAll = async (): Promise<readonly HistoryRefresh[]> => {
      const found: HistoryRefresh[] = [];
      for (const day of await history.days("quarters")) {
        for await (const refresh of history.readDay("quarters", day)) {
          found.push(refresh);
        }
      }
      return found;
    };

    expect(await append([0, 1, 2])).toEqual(["kept"]);
    const { bavail, bsize } = await statfs(folder.path);
    const filler = join(folder.path, "filler");
    await writeFile(filler, Buffer.alloc(bavail * bsize));
    // What the last block of the file still has room for may be taken: in part, or whole.
    await append([3, 4, 5]);
    // The same on the next day, whose file cannot even be begun.
    expect(await append([80, 81])).toEqual(["lost"]);
    const before = await readAll();
    expect(before.slice(0, 3)).toEqual([0, 1, 2].map(madeRefresh));
    expect(before.length).toBeLessThan(6);
    const said = lines.filter(({ code }) => code !== "history_damaged").map(({ msg }) => msg);
    expect(said).toEqual(["The history is unavailable: going on without it and trying again"]);
    expect(lines.some((line) => JSON.stringify(line).includes("ENOSPC"))).toBe(true);

    await rm(filler);
    expect(await append([82, 83])).toEqual(["kept"]);
    // In turn behind the closing of the day before.
    expect(await history.keepStatistics("2026-03-01", "{}")).toBe(true);
    expect(await readAll()).toEqual([...before, ...[82, 83].map(madeRefresh)]);
    expect(lines.at(-1)?.msg).toBe("The history is available again");
  },
);
