import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createRandom } from "@pulseboard/testing/random";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HISTORY_DURATIONS } from "../domain/durations.ts";
import { chunkOf } from "../domain/history-columns.ts";
import type { HistoryRefresh } from "../domain/history-row.ts";
import type { DamagedFile } from "../files/day-reader.ts";
import { type DayFile, type HistoryPlace, pathOf } from "../files/place.ts";
import { encodeChunk } from "../format/chunk-codec.ts";
import { encodeFrame } from "../format/frames.ts";
import { asKept, FIRST_DAY_MS, openIn, placeIn, readAll } from "../testing/history-tools.ts";
import { createMadeMarket } from "../testing/made-market.ts";
import { readHistory } from "./read-history.ts";

const DAY = "2026-03-02";
const RECORDS = propertyRuns({ quick: 30, thorough: 200 });
/** From one cut to the next. */
const BYTES = propertyRuns({ quick: 9, thorough: 1 });
const market = createMadeMarket({ symbols: 2, seed: 3 });
const refreshes = Array.from({ length: RECORDS + 1 }, (_, index) =>
  market.next(FIRST_DAY_MS + 5_000 + index * 30_000, 30_000),
);
const kept = refreshes.map(asKept);
const records = await Promise.all(
  refreshes.slice(0, RECORDS).map(async (each) => encodeFrame(await encodeChunk(chunkOf([each]), "plain"))),
);

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let place: HistoryPlace;

beforeEach(async () => {
  folder = await createTemporaryFolder();
  place = placeIn(folder.path);
  await mkdir(dirname(pathOf(place, DAY, "open")), { recursive: true });
});
afterEach(() => folder.remove());

async function readWith(
  file: DayFile,
  bytes: Buffer,
): Promise<{ readonly read: readonly HistoryRefresh[]; readonly warnings: number }> {
  await writeFile(pathOf(place, DAY, file), bytes);
  const damaged: DamagedFile[] = [];
  const reader = readHistory({
    ...place,
    clock: systemClock,
    durations: HISTORY_DURATIONS,
    onDamage: (each) => damaged.push(each),
  });
  return { read: await readAll(reader, "refreshes", DAY), warnings: damaged.length };
}

/** With one bit of some byte the other way round. */
function flipped(bytes: Buffer, from: number, length: number, random: ReturnType<typeof createRandom>): Buffer {
  const changed = Buffer.from(bytes);
  const at = from + random.below(length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function headAt(asOfMs: number): Pick<ReturnType<typeof chunkOf>, "refreshes"> {
  return { refreshes: [{ asOfMs, periodMs: 30_000, sequence: 1, direction: null }] };
}

describe("a file that is appended to", () => {
  it("gives all that is before, cut off at bytes of its last record (thorough: at each), with one line in the log, and takes the next refresh", async () => {
    const [before, last] = [Buffer.concat(records.slice(0, 5)), records[5] ?? Buffer.alloc(0)];
    const next = refreshes.at(-1);
    expect(last.length).toBeGreaterThan(100);
    for (let bytes = 0; bytes < last.length; bytes += BYTES) {
      const { read, warnings } = await readWith("open", Buffer.concat([before, last.subarray(0, bytes)]));
      expect(read).toEqual(kept.slice(0, 5));
      // Cut off between two records, nothing tells that there was another one.
      expect(warnings).toBe(bytes === 0 ? 0 : 1);
      if (next !== undefined && bytes % 45 === 9) {
        const store = openIn(place);
        expect(await store.append(next)).toBe("kept");
        expect(await readAll(store, "refreshes", DAY)).toEqual([...kept.slice(0, 5), ...kept.slice(RECORDS)]);
        await store.close();
      }
    }
  });

  it("gives every other record, with a bit flipped in each of them, one after the other, and one line in the log", async () => {
    const random = createRandom(11);
    const whole = Buffer.concat(records);
    let from = 0;
    for (const [index, record] of records.entries()) {
      const { read, warnings } = await readWith("open", flipped(whole, from, record.length, random));
      expect(read).toEqual([...kept.slice(0, index), ...kept.slice(index + 1, RECORDS)]);
      expect(warnings).toBe(1);
      from += record.length;
    }
  });

  it("gives nothing, with a bit flipped in each of them at once, and one line in the log", async () => {
    const random = createRandom(12);
    const all = records.map((record) => flipped(record, 0, record.length, random));
    expect(await readWith("open", Buffer.concat(all))).toEqual({ read: [], warnings: 1 });
  });

  it("leaves out a record that stands there twice, or is of another day", async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = records;
    const other = market.next(FIRST_DAY_MS + 86_400_000, 30_000);
    const foreign = encodeFrame(await encodeChunk(chunkOf([other]), "plain"));
    const { read } = await readWith("open", Buffer.concat([first, second, first, second, foreign]));
    expect(read).toEqual(kept.slice(0, 2));
  });
});

describe("a closed file", () => {
  it("gives every other stretch, with a bit flipped in one, and one line in the log", async () => {
    const random = createRandom(13);
    const stretches = await Promise.all(
      [0, 10, 20].map(async (from) =>
        encodeFrame(await encodeChunk(chunkOf(refreshes.slice(from, from + 10)), "packed")),
      ),
    );
    const whole = Buffer.concat(stretches);
    let from = 0;
    for (const [index, stretch] of stretches.entries()) {
      for (let time = 0; time < 10; time++) {
        const { read, warnings } = await readWith("refreshes", flipped(whole, from, stretch.length, random));
        expect(read).toEqual([...kept.slice(0, index * 10), ...kept.slice((index + 1) * 10, 30)]);
        expect(warnings).toBe(1);
      }
      from += stretch.length;
    }
  });

  it("gives every other stretch where one has its check sum, and cannot be what it says", async () => {
    const stretches = await Promise.all(
      [0, 10, 20].map((from) => encodeChunk(chunkOf(refreshes.slice(from, from + 10)), "packed")),
    );
    const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = stretches;
    const endless = Buffer.of(1, 0, ...Array.from({ length: 7 }, () => 255), 1);
    const late = await encodeChunk({ ...chunkOf(refreshes.slice(10, 11)), ...headAt(9e15) }, "packed");
    const wrong = [Buffer.alloc(0), Buffer.of(1, 1), endless, late];
    for (let at = 2; at < second.length; at += 23) {
      const changed = Buffer.from(second);
      changed[at] = (changed[at] ?? 0) ^ 255;
      wrong.push(changed);
    }
    for (const each of wrong) {
      const { read, warnings } = await readWith("refreshes", Buffer.concat([first, each, third].map(encodeFrame)));
      expect(read.slice(0, 10)).toEqual(kept.slice(0, 10));
      expect(read.slice(-10)).toEqual(kept.slice(20, 30));
      expect(warnings + read.length).toBeGreaterThan(20);
    }
  });

  it("is made of what can be read of the open one", async () => {
    const whole = Buffer.concat(records);
    await writeFile(pathOf(place, DAY, "open"), whole.subarray(0, whole.length - 3));
    const log = createRecordedLog();
    const store = openIn(place, log);
    await store.append(market.next(FIRST_DAY_MS + 86_400_000, 30_000));
    await store.keepStatistics(DAY, "{}");
    expect(await readAll(store, "refreshes", DAY)).toEqual(kept.slice(0, RECORDS - 1));
    await readAll(store, "refreshes", DAY);
    expect(log.lines).toMatchObject([
      {
        code: "history_damaged",
        path: pathOf(place, DAY, "open"),
        reason: expect.stringMatching(/^\d+ bytes from byte \d+ on are cut off/),
      },
    ]);
    await expect(readFile(pathOf(place, DAY, "open"))).rejects.toThrow("ENOENT");
    await store.close();
  });
});
