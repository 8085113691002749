import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { chunkOf, FIGURE_OF, HISTORY_COLUMNS } from "../domain/history-columns.ts";
import { dayOf } from "../domain/history-days.ts";
import type { HistoryRefresh } from "../domain/history-row.ts";
import { encodeChunk } from "../format/chunk-codec.ts";
import { encodeFrame } from "../format/frames.ts";
import { folderOf, type HistoryPlace, originFolderOf, pathOf } from "./place.ts";
import { dataSync, type RunOnDisk, syncNames, writeAll } from "./whole-files.ts";

/**
 * Appends a refresh to the open file of its day, and comes back when it is durable. The file is opened each time: somebody may have
 * emptied the folder. What a disk took only a part of is passed over by readers.
 *
 * @throws TypeError for a figure that is not finite; StoreError
 */
export async function appendRefresh(refresh: HistoryRefresh, place: HistoryPlace, run: RunOnDisk): Promise<void> {
  assertFinite(refresh);
  const record = encodeFrame(await encodeChunk(chunkOf([refresh]), "plain"));
  const path = pathOf(place, dayOf(refresh.asOfMs), "open");
  await run("store_unwritable", async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "a", 0o600);
    try {
      const isNew = (await file.stat()).size === 0;
      await writeAll(file, record);
      await dataSync(file);
      if (isNew) {
        const origin = originFolderOf(place);
        for (const folder of [folderOf(place), origin, dirname(origin), place.dataDir]) {
          await syncNames(folder);
        }
      }
    } finally {
      await file.close();
    }
  });
}

function assertFinite({ asOfMs, periodMs, sequence, rows }: HistoryRefresh): void {
  const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (![asOfMs, periodMs, sequence].every(isWhole)) {
    throw new TypeError(`A refresh cannot be of ${asOfMs}, with period ${periodMs} and sequence ${sequence}`);
  }
  for (const row of rows) {
    const wrong = HISTORY_COLUMNS.find((column) => !Number.isFinite(FIGURE_OF[column](row) ?? 0));
    if (wrong !== undefined) {
      throw new TypeError(`${wrong} of ${row.symbol} is ${FIGURE_OF[wrong](row)}`);
    }
  }
}
