import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  COLLECT_OPTIONS,
  collectDays,
  HISTORY_DURATIONS,
  type HistoryRefresh,
  LIVE_FIGURES,
  openHistory,
  RECORD_METHOD,
  readHistory,
  verifyHistory,
} from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { plainCorrelation, plainReadings } from "@pulseboard/testing/plain-record";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createRandom } from "@pulseboard/testing/random";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it } from "vitest";
import { madeRefresh, numberOf } from "./support/made-refresh.mjs";

const PROGRAM = fileURLToPath(new URL("support/append-history.mjs", import.meta.url));

/** Has a process append from this number on, kills it some time after its first refresh, and gives the lines that it said. */
async function appendUntilKilled(dataDir: string, first: number, afterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, dataDir, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  await systemClock.sleep(afterMs);
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
  await ended;
  return said.split("\n").slice(0, -1);
}

it("a writer that is killed time after time leaves everything that it has kept, once and whole, to the next one, who need not wait", async () => {
  const folder = await createTemporaryFolder();
  const place = { dataDir: folder.path, origin: "bybit", simulated: false, methodVersion: 2 };
  const tools = { clock: systemClock, durations: HISTORY_DURATIONS };
  const { lines, log, outages } = createRecordedLog();
  const readAll = async (series: "refreshes" | "quarters"): Promise<readonly HistoryRefresh[]> => {
    const reader = readHistory({ ...place, ...tools, onDamage: () => undefined });
    const found: HistoryRefresh[] = [];
    for (const day of await reader.days(series)) {
      for await (const refresh of reader.readDay(series, day)) {
        found.push(refresh);
      }
    }
    return found;
  };

  const random = createRandom(Number(process.env.PULSEBOARD_SEED ?? 8));
  const kept: number[] = [];
  let next = 0;
  for (let time = 0; time < propertyRuns({ quick: 3, thorough: 20 }); time++) {
    const said = await appendUntilKilled(folder.path, next, random.below(700));
    // The lock of the one that was killed kept nobody waiting, and no disk failed: each line is a number alone.
    expect(said.filter((line) => !/^\d+$/.test(line))).toEqual([]);
    kept.push(...said.map(Number));
    const numbers = (await readAll("quarters")).map(({ asOfMs }) => numberOf(asOfMs));
    // In order and none twice; what was kept, and of each process at most the one that it was writing.
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(kept.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(numbers.length - kept.length).toBeLessThanOrEqual(time + 1);
    // One is left out each time, as the refreshes are while a worker is away.
    next = (numbers.at(-1) ?? 0) + 2;
  }

  const history = openHistory({ ...place, ...tools, log, outages });
  expect(await history.append(madeRefresh(next + 100))).toBe("kept");
  // In turn behind the closing of days.
  expect(await history.keepStatistics("2026-03-01", "{}")).toBe(true);
  await history.close();
  expect(lines.filter(({ code }) => code !== "history_damaged")).toEqual([]);
  expect(kept.length).toBeGreaterThan(20);
  const all = await readAll("quarters");
  expect(all).toEqual(all.map(({ asOfMs }) => madeRefresh(numberOf(asOfMs))));
  // And one when all that is awaited is over.
  expectStatisticsOf([...all, madeRefresh(next + 200)]);
  const recent = await readAll("refreshes");
  expect(recent).toEqual(all.slice(-recent.length));
  expect(await verifyHistory({ ...place, ...tools })).toMatchObject({ intact: true });
  const files = await readdir(join(folder.path, "history/bybit/v2"));
  expect(files.filter((name) => /\.tmp$/.test(name))).toEqual([]);
  expect(files.filter((name) => name.endsWith(".open")).length).toBe(1);
  await folder.remove();
});

/** What is counted is what other code counts of the same refreshes: those that are there. */
function expectStatisticsOf(refreshes: readonly HistoryRefresh[]): void {
  const { take } = collectDays(LIVE_FIGURES, COLLECT_OPTIONS);
  const days = refreshes.flatMap((refresh) => take(refresh));
  expect(days.reduce((sum, { entries }) => sum + entries.next.readings, 0)).toBeGreaterThan(0);
  for (const { day, horizon, entries } of days) {
    for (const [entry, entryDelayMs] of [
      ["next", 0],
      ["late", RECORD_METHOD.lateEntryMs],
    ] as const) {
      const horizonMs = RECORD_METHOD.horizons[horizon].ms;
      const moments = plainReadings(refreshes, { day, horizonMs, entryDelayMs, minSymbols: 20 });
      const readings = moments.flat();
      const { readings: known, missing, correlations } = entries[entry];
      expect({ known, missing }).toEqual({
        known: readings.filter(({ relative }) => relative !== null).length,
        missing: readings.filter(({ relative }) => relative === null).length,
      });
      const plain = plainCorrelation(moments, ({ score }) => score, 20);
      expect(correlations.score?.moments ?? 0).toBe(plain.moments);
      expect(correlations.score?.sum ?? 0).toBeCloseTo(plain.sum, 9);
    }
  }
}
