import { existsSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HISTORY_DURATIONS, openHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { parseRecord } from "@pulseboard/snapshot";
import { madeHistory } from "@pulseboard/testing/made-history";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startProgram } from "../testing/program.ts";

const METHOD_VERSION = 2;
const FROM_MS = Date.UTC(2026, 10, 1);

let dataDir: string;

/** 2 days and a quarter of an hour; the first one is closed, the second one closes with the third. */
beforeAll(async () => {
  const folder = await createTemporaryFolder();
  dataDir = folder.path;
  const { log, outages } = createRecordedLog();
  const history = openHistory({
    dataDir,
    origin: "bybit",
    simulated: false,
    methodVersion: METHOD_VERSION,
    log,
    outages,
    clock: systemClock,
    durations: HISTORY_DURATIONS,
  });
  const shape = { seed: 6, fromMs: FROM_MS, days: 3, symbols: 21, periodMs: 30_000, perQuarter: 3, nasty: false };
  for (const refresh of madeHistory(shape)) {
    if (refresh.asOfMs < FROM_MS + 2 * 86_400_000 + 1_200_000) {
      await history.append(refresh);
    }
  }
  await history.close();
  return folder.remove;
});

const record = (...args: readonly string[]) => startProgram(["record", ...args], { DATA_DIR: dataDir }).ended();

describe("pulseboard record", () => {
  it("prints the record in words", async () => {
    const { code, out, err } = await record();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("The record of bybit, method 2, up to 2026-11-03T00:16Z\n");
    expect(out).toContain("\nScores of 65 and more, next hour: collecting, day 1 of 14.\n");
    expect(out).toContain("\nNEXT HOUR: days that count: 1 (at least 14 are needed), of 2026-11-01 to 2026-11-01\n");
    expect(out).toContain("\n  outlook not shown: collecting\n");
    expect(out).toContain("\nNEXT 24 H: days that count: 1");
  });

  it("prints it as one JSON object, which is the document that the worker publishes", async () => {
    const { code, out } = await record("--json");
    expect(code).toBe(0);
    const parsed = parseRecord(out);
    expect(parsed.ok && parsed.record.horizons["4h"].days.counted).toBe(1);
  });

  it("says that there is no history yet, with 3", async () => {
    const elsewhere = await createTemporaryFolder();
    onTestFinished(elsewhere.remove);
    const { code, out, err } = await startProgram(["record"], { DATA_DIR: elsewhere.path }).ended();
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("no history yet");
    const verified = await startProgram(["record", "--verify"], { DATA_DIR: elsewhere.path }).ended();
    expect(verified).toMatchObject({ code: 3, out: expect.stringContaining("no link yet") });
  });

  it("walks the chain, and says where it is broken, with 1", async () => {
    const whole = await record("--verify");
    expect(whole).toMatchObject({ code: 0, err: "", out: expect.stringContaining("The chain is whole.\n") });
    expect(whole.out).toMatch(/^ {2}[12] links of the days 2026-11-01 to 2026-11-0[12], head [0-9a-f]{64}$/m);
    expect(whole.out).toContain("no day is missing");

    const chain = join(dataDir, `history/bybit/v${METHOD_VERSION}/bybit-v${METHOD_VERSION}.chain`);
    const text = await readFile(chain, "utf8");
    onTestFinished(() => writeFile(chain, text));
    await writeFile(
      chain,
      text.replace(/"sha256":"./, (start) => `${start.slice(0, -1)}${start.endsWith("0") ? 1 : 0}`),
    );
    const broken = await record("--verify");
    expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/^The chain is broken in \d+ places\./) });
    expect(broken.out).toContain("line 1, 2026-11-01: its hash is not made from the one before");
    const { code, out } = await record("--verify", "--json");
    expect({ code, intact: JSON.parse(out).intact }).toEqual({ code: 1, intact: false });
  });

  it("says that the chain is gone where closed days are there, with 1", async () => {
    const chain = join(dataDir, `history/bybit/v${METHOD_VERSION}/bybit-v${METHOD_VERSION}.chain`);
    const text = await readFile(chain, "utf8");
    onTestFinished(() => writeFile(chain, text));
    await rm(chain);
    const { code, out } = await record("--verify");
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/^There is no chain, and [12] files of closed/),
    });
  });

  it.skipIf(!existsSync("/dev/full")).each([["record", "--json"], ["record", "--verify"], ["export"], ["--help"]])(
    "ends with 1 and one sentence where the disk is full that takes its output: %s %s",
    async (...args) => {
      const { code, out, err } = await startProgram(args, { DATA_DIR: dataDir }, "/dev/full").ended();
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(/^pulseboard: The output cannot be written: ENOSPC.*\n$/);
    },
  );

  it("goes on with what can be read of a damaged file, and says which", async () => {
    const path = join(dataDir, `history/bybit/v${METHOD_VERSION}/bybit-v${METHOD_VERSION}-2026-11-03.open`);
    const bytes = await readFile(path);
    onTestFinished(() => writeFile(path, bytes));
    await appendFile(path, "cut off");
    const { code, out, err } = await record();
    expect({ code, isThere: out.startsWith("The record of bybit") }).toEqual({ code: 0, isThere: true });
    expect(err).toContain("2026-11-03.open");
  });

  it("ends with the worker that has started it", async () => {
    const market = JSON.stringify({ dataDir, origin: "bybit", simulated: false });
    const child = startProgram(["record", "--to-worker", market]);
    await child.firstLine();
    child.process.stdin?.end();
    expect((await child.ended()).code).toBe(1);
    expect(child.printed.out).toContain('{"complete":true}');
    expect(child.printed.out).not.toContain('"document"');
  });
});
