import { fileURLToPath } from "node:url";
import { METHOD_VERSION } from "@pulseboard/engine";
import { HISTORY_DURATIONS, openHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { parseRecord } from "@pulseboard/snapshot";
import { madeHistory } from "@pulseboard/testing/made-history";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { RecordMarket } from "./compute-record.ts";
import { computeRecordApart } from "./record-process.ts";

// Node 20 cannot run the sources: the process runs the program as it is built.
const PROGRAM = fileURLToPath(new URL("../../../pulseboard/dist/main.js", import.meta.url));
const FROM_MS = Date.UTC(2026, 10, 1);
const never = new AbortController().signal;

let market: RecordMarket;

/** 2 days and a quarter of an hour: of the first one everything is complete. */
beforeAll(async () => {
  const folder = await createTemporaryFolder();
  market = { dataDir: folder.path, origin: "simulator", simulated: true };
  const history = open();
  for (const refresh of madeHistory({
    seed: 5,
    fromMs: FROM_MS,
    days: 3,
    symbols: 20,
    periodMs: 30_000,
    perQuarter: 2,
    nasty: false,
  })) {
    if (refresh.asOfMs < FROM_MS + 2 * 86_400_000 + 1_200_000) {
      await history.append(refresh);
    }
  }
  await history.close();
  return folder.remove;
});

function open() {
  const { log, outages } = createRecordedLog();
  const tools = { log, outages, clock: systemClock, durations: HISTORY_DURATIONS };
  return openHistory({ ...market, methodVersion: METHOD_VERSION, ...tools });
}

describe("the record's process", () => {
  it("is ended when what is computed cannot be kept", async () => {
    const keep = () => Promise.reject(new Error("the disk is full"));
    await expect(
      computeRecordApart({
        programFile: PROGRAM,
        market,
        keep,
        signal: never,
        deadlineMs: 60_000,
      }),
    ).rejects.toThrow("the disk is full");
  });

  it("computes the record beside a process that writes the history, which keeps the statistics before the head of the chain is told", async () => {
    const history = open();
    onTestFinished(() => history.close());
    const kept: string[] = [];
    const text = await computeRecordApart({
      programFile: PROGRAM,
      market,
      keep: async (day, statistics) => {
        kept.push(day);
        expect(await history.keepStatistics(day, statistics)).toBe(true);
      },
      signal: never,
      deadlineMs: 60_000,
    });
    expect(kept).toEqual(["2026-11-01"]);
    const parsed = parseRecord(text ?? "");
    expect(parsed).toMatchObject({ ok: true });
    const head = (await history.chain()).at(-1);
    expect(head).toMatchObject({ kind: "statistics", day: "2026-11-01" });
    expect(parsed.ok && parsed.record.chain?.head).toBe(head?.hash);
  });

  it("gives none without any history", async () => {
    const folder = await createTemporaryFolder();
    onTestFinished(folder.remove);
    const elsewhere = { ...market, dataDir: folder.path };
    const keep = () => Promise.reject(new Error("nothing is complete"));
    expect(
      await computeRecordApart({ programFile: PROGRAM, market: elsewhere, keep, signal: never, deadlineMs: 60_000 }),
    ).toBeNull();
  });

  it("says why it did not come to its end", async () => {
    const options = { programFile: PROGRAM, market, keep: async () => undefined, signal: never, deadlineMs: 60_000 };
    await expect(computeRecordApart({ ...options, programFile: `${PROGRAM}.nowhere` })).rejects.toMatchObject({
      code: "record_failed",
      message: expect.stringContaining("Cannot find module"),
    });
    await expect(computeRecordApart({ ...options, deadlineMs: 1 })).rejects.toMatchObject({
      code: "record_failed",
      message: expect.stringContaining("SIGKILL"),
    });
    await expect(computeRecordApart({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "record_failed",
    });
  });
});
