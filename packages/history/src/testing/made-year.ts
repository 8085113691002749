import { mkdir, writeFile } from "node:fs/promises";
import { systemClock } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { extendChain } from "../chain/chain-file.ts";
import { chunkOf, type HistoryChunk, joinChunks } from "../domain/history-columns.ts";
import { dayOf } from "../domain/history-days.ts";
import type { HistoryRefresh } from "../domain/history-row.ts";
import { createQuarterPicker } from "../domain/quarters.ts";
import { folderOf, type HistoryPlace, pathOf } from "../files/place.ts";
import { encodeChunk } from "../format/chunk-codec.ts";
import { encodeFrame } from "../format/frames.ts";
import { DAY_MS } from "./history-tools.ts";
import { createMadeMarket } from "./made-market.ts";

export interface MadeYear {
  readonly place: HistoryPlace;
  readonly symbols: number;
  readonly periodMs: number;
  /** The beginning of the last day, which stays open. */
  readonly lastDayMs: number;
  /** Closed days of quarters of an hour before it. */
  readonly days: number;
}

/**
 * Writes what a worker leaves behind that has run for so many days: the closed quarters of each, each refresh of the last seven, and the
 * last day, open, until the evening. The days before the last eight have the quarters of one and the same day.
 */
export async function writeMadeYear({ place, symbols, periodMs, lastDayMs, days }: MadeYear): Promise<void> {
  await mkdir(folderOf(place), { recursive: true });
  const market = createMadeMarket({ symbols, seed: 1 });
  const perDay = DAY_MS / periodMs;
  let older: readonly HistoryChunk[] = [];
  for (let age = Math.min(days, 7); age >= 0; age--) {
    const startMs = lastDayMs - age * DAY_MS;
    const count = age === 0 ? Math.floor(perDay * 0.9) : perDay;
    const refreshes = Array.from({ length: count }, (_, index) =>
      market.next(startMs + 5_000 + index * periodMs, periodMs),
    );
    if (age === 0) {
      await write(
        place,
        startMs,
        "open",
        await Promise.all(refreshes.map((each) => encodeChunk(chunkOf([each]), "plain"))),
      );
      continue;
    }
    await write(place, startMs, "refreshes", await packed(inChunks(refreshes)));
    const pick = createQuarterPicker();
    const quarters = joinChunks(refreshes.flatMap((each) => pick(chunkOf([each])) ?? []));
    await write(place, startMs, "quarters", await packed([quarters]));
    older = [quarters];
  }
  for (let age = 8; age <= days; age++) {
    const startMs = lastDayMs - age * DAY_MS;
    const shifted = older.map((chunk) => ({
      ...chunk,
      refreshes: chunk.refreshes.map((head) => ({ ...head, asOfMs: startMs + (head.asOfMs % DAY_MS) })),
    }));
    await write(place, startMs, "quarters", await packed(shifted));
  }
  const { run } = createDiskOperations({ directory: folderOf(place), clock: systemClock, deadlineMs: 60_000 });
  await extendChain(place, run);
}

function inChunks(refreshes: readonly HistoryRefresh[]): readonly HistoryChunk[] {
  const chunks: HistoryChunk[] = [];
  for (let from = 0; from < refreshes.length; from += 120) {
    chunks.push(chunkOf(refreshes.slice(from, from + 120)));
  }
  return chunks;
}

async function packed(chunks: readonly HistoryChunk[]): Promise<readonly Buffer[]> {
  const payloads: Buffer[] = [];
  for (const chunk of chunks) {
    payloads.push(await encodeChunk(chunk, "packed"));
  }
  return payloads;
}

async function write(
  place: HistoryPlace,
  startMs: number,
  kind: "open" | "refreshes" | "quarters",
  payloads: readonly Buffer[],
): Promise<void> {
  await writeFile(pathOf(place, dayOf(startMs), kind), Buffer.concat(payloads.map(encodeFrame)));
}
