import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HISTORY_DURATIONS } from "../domain/durations.ts";
import type { AppendOutcome } from "../domain/history-store.ts";
import { type HistoryPlace, pathOf } from "../files/place.ts";
import { asKept, FIRST_DAY_MS, openIn, placeIn, readAll } from "../testing/history-tools.ts";
import { createMadeMarket } from "../testing/made-market.ts";
import { openHistory } from "./open-history.ts";

const DAY = "2026-03-02";
const market = createMadeMarket({ symbols: 2, seed: 4 });
const refreshes = Array.from({ length: 8 }, (_, index) => market.next(FIRST_DAY_MS + 5_000 + index * 30_000, 30_000));
const [first, second, third] = refreshes;

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let place: HistoryPlace;

beforeEach(async () => {
  folder = await createTemporaryFolder();
  place = placeIn(folder.path);
});
afterEach(() => folder.remove());

it("loses a refresh that the disk does not take, says so once, and goes on with the next one that it takes", async () => {
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error("Too few");
  }
  const log = createRecordedLog();
  const store = openIn(place, log);
  // A file where the folder should be: as unwritable as a disk that is full or read-only.
  await writeFile(join(folder.path, "history"), "");
  expect(await store.append(first)).toBe("lost");
  expect(await store.append(second)).toBe("lost");
  expect(log.lines.map(({ msg }) => msg)).toEqual(["The history is unavailable: going on without it and trying again"]);
  await rm(join(folder.path, "history"));
  expect(await store.append(third)).toBe("kept");
  expect(log.lines.at(-1)?.msg).toBe("The history is available again");
  expect(await readAll(store, "refreshes", DAY)).toEqual([asKept(third)]);
  await store.close();
});

it("loses refreshes while the disk hangs, each within its deadline, and keeps later ones", async () => {
  if (first === undefined || second === undefined) {
    throw new Error("Too few");
  }
  const log = createRecordedLog();
  const clock = createFakeClock();
  const { outages } = log;
  const store = openHistory({ ...place, log: log.log, outages, clock, durations: HISTORY_DURATIONS });
  // Nobody reads this pipe: whoever opens it waits.
  const path = pathOf(place, DAY, "open");
  await mkdir(dirname(path), { recursive: true });
  execFileSync("mkfifo", [path]);
  /** Lets time pass until it has its outcome: which of its steps is the one that waits does not matter. */
  const outcomeOf = async (appended: Promise<AppendOutcome>): Promise<AppendOutcome> => {
    let outcome: AppendOutcome | null = null;
    void appended.then((settled) => {
      outcome = settled;
    });
    while (outcome === null) {
      await clock.advance(HISTORY_DURATIONS.diskMs);
    }
    return outcome;
  };
  expect(await outcomeOf(store.append(first))).toBe("lost");
  expect(await outcomeOf(store.append(second))).toBe("lost");
  expect(log.linesWith("has not answered for 4000 ms").length).toBe(1);
  // Somebody opens the other end: the call comes back.
  execFileSync("sh", ["-c", `exec 3<>"${path}"`]);
  await rm(path, { force: true });
  const kept = refreshes[7];
  if (kept === undefined) {
    throw new Error("Too few");
  }
  await expect.poll(() => store.append(kept)).toBe("kept");
  await store.close();
});

it("waits for no more than some refreshes", async () => {
  const log = createRecordedLog();
  const store = openIn(place, log);
  const outcomes = await Promise.all(refreshes.map((refresh) => store.append(refresh)));
  expect(outcomes).toEqual(["kept", "kept", "kept", "kept", "lost", "lost", "lost", "lost"]);
  await store.close();
});

it("refuses a figure that is not finite, with its name, and writes nothing of that refresh", async () => {
  if (first === undefined || second === undefined) {
    throw new Error("Too few");
  }
  const log = createRecordedLog();
  const store = openIn(place, log);
  const rows = first.rows.map((row) => ({ ...row, openInterestUsd: Number.POSITIVE_INFINITY }));
  expect(await store.append({ ...first, rows })).toBe("lost");
  expect(log.linesWith("openInterestUsd of COIN0USDT is Infinity").length).toBe(1);
  expect(await store.append(second)).toBe("kept");
  expect(await readAll(store, "refreshes", DAY)).toEqual([asKept(second)]);
  await store.close();
});

it("writes nothing while another process writes, says so once, and goes on when that one ends", async () => {
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error("Too few");
  }
  const log = createRecordedLog();
  const [writer, waiting] = [openIn(place), openIn(place, log)];
  expect(await writer.append(first)).toBe("kept");
  expect(await waiting.append(first)).toBe("waiting");
  expect(await waiting.append(second)).toBe("waiting");
  expect(await waiting.keepStatistics(DAY, "{}")).toBe(false);
  expect(await readAll(waiting, "refreshes", DAY)).toEqual([asKept(first)]);
  expect(await writer.append(second)).toBe("kept");
  await writer.close();
  expect(await waiting.append(second)).toBe("not_newer");
  expect(await waiting.append(third)).toBe("kept");
  expect(log.lines.map(({ msg }) => msg)).toEqual([
    "Another process writes the history: waiting until it ends",
    "The history is written by this process now",
  ]);
  expect(await readAll(waiting, "refreshes", DAY)).toEqual([first, second, third].map(asKept));
  await waiting.close();
});

it("keeps the histories of origins and methods apart, simulated ones in a folder of their own", async () => {
  if (first === undefined || second === undefined) {
    throw new Error("Too few");
  }
  const places = [place, { ...place, methodVersion: 3 }, { ...place, origin: "simulator", simulated: true }];
  for (const each of places) {
    const store = openIn(each);
    expect(await store.append(first)).toBe("kept");
    await store.close();
  }
  expect(places.map((each) => pathOf(each, DAY, "open").slice(folder.path.length))).toEqual([
    "/history/bybit/v2/bybit-v2-2026-03-02.open",
    "/history/bybit/v3/bybit-v3-2026-03-02.open",
    "/history/simulator-simulated/v2/simulator-simulated-v2-2026-03-02.open",
  ]);
  for (const each of places) {
    const store = openIn(each);
    expect(await readAll(store, "refreshes", DAY)).toEqual([asKept(first)]);
    await store.close();
  }
});

it("begins a simulated history anew when the market does, and never a real one", async () => {
  if (first === undefined || second === undefined) {
    throw new Error("Too few");
  }
  for (const simulated of [true, false]) {
    const own = placeIn(folder.path, { simulated });
    const before = openIn(own);
    expect(await before.append(second)).toBe("kept");
    await before.close();
    const after = openIn(own);
    expect(await after.append(first)).toBe(simulated ? "kept" : "not_newer");
    expect(await readAll(after, "refreshes", DAY)).toEqual([asKept(simulated ? first : second)]);
    // Within one process it is a market that lags.
    expect(await after.append(first)).toBe("not_newer");
    await after.close();
  }
});

it("leaves the clock of the machine alone: days are the market's", async () => {
  if (first === undefined) {
    throw new Error("Too few");
  }
  const store = openIn(place);
  expect(systemClock.nowMs()).toBeGreaterThan(0);
  expect(await store.append(first)).toBe("kept");
  expect(await store.days("refreshes")).toEqual([DAY]);
  await store.close();
});
