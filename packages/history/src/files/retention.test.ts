import { mkdir, writeFile } from "node:fs/promises";
import { systemClock } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it } from "vitest";
import { dayOf } from "../domain/history-days.ts";
import { DAY_MS, placeIn } from "../testing/history-tools.ts";
import { type DayFile, folderOf, listDays, pathOf } from "./place.ts";
import { removeOldFiles } from "./retention.ts";

it("keeps each refresh for 7 days before the newest one, and quarters and statistics for 400, of every version of the method", async () => {
  const folder = await createTemporaryFolder();
  const { run } = createDiskOperations({ directory: folder.path, clock: systemClock, deadlineMs: 4000 });
  const newestMs = Date.UTC(2027, 5, 1);
  const ages = [0, 1, 7, 8, 399, 400, 401, 800];
  for (const methodVersion of [1, 2]) {
    const place = placeIn(folder.path, { methodVersion });
    await mkdir(folderOf(place), { recursive: true });
    for (const age of ages) {
      for (const kind of ["open", "refreshes", "quarters", "statistics"] as const) {
        await writeFile(pathOf(place, dayOf(newestMs - age * DAY_MS), kind), "");
      }
    }
  }
  await removeOldFiles(placeIn(folder.path), dayOf(newestMs), run);
  const agesOf = async (methodVersion: number, kind: DayFile): Promise<readonly number[]> =>
    (await listDays(placeIn(folder.path, { methodVersion }), kind))
      .map((day) => (newestMs - Date.parse(day)) / DAY_MS)
      .toReversed();
  for (const methodVersion of [1, 2]) {
    expect(await agesOf(methodVersion, "open")).toEqual([0, 1, 7]);
    expect(await agesOf(methodVersion, "refreshes")).toEqual([0, 1, 7]);
    expect(await agesOf(methodVersion, "quarters")).toEqual([0, 1, 7, 8, 399, 400]);
    expect(await agesOf(methodVersion, "statistics")).toEqual([0, 1, 7, 8, 399, 400]);
  }
  await folder.remove();
});
