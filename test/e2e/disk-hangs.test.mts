import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { ask, until, untilSnapshot } from "./support/ask.mts";
import { HURRIED } from "./support/hurried-durations.mts";
import { simulated, startHurried, startSimulatorProgram } from "./support/program.mts";

const run = promisify(execFile);

/** A name that every look at the folder opens, and that never opens: what a disk or a network file system does that hangs. */
async function hang(folder: string): Promise<() => void> {
  const path = join(folder, "last-known-good.90000000000.json");
  await run("mkfifo", [path]);
  let isOver = false;
  return () => {
    if (!isOver) {
      isOver = true;
      // Whoever waits for a writer goes on, and finds an empty file.
      closeSync(openSync(path, constants.O_RDWR));
      rmSync(path);
    }
  };
}

it("a disk that hangs, at the start and later, neither delays answers nor ends refreshes, and is named until it is back", async () => {
  const folder = await createTemporaryFolder();
  const simulator = await startSimulatorProgram("--seed", "8");
  let release = await hang(folder.path);
  const durations = { ...HURRIED, storage: { ...HURRIED.storage, diskMs: 400 } };
  const program = startHurried(
    { worker: true, server: true },
    {
      ...simulated(simulator.url, folder.path),
      PORT: "0",
      HOST: "127.0.0.1",
      REFRESH_CRON: "* * * * * *",
      SYMBOL_COUNT: "2",
    },
    durations,
  );
  onTestFinished(async () => {
    release();
    // Node waits for a thread that hangs in the file system, so nothing else would be sure to end it.
    await program.stop("SIGKILL");
    await simulator.stop();
    await folder.remove();
  });
  const [, url = ""] = await program.printed(/answers at (http:\/\/[^/\s]+)/);
  const reasons = async (): Promise<string> => JSON.stringify((await ask(`${url}/readyz`)).body.degraded);
  const isNamed = () => until(async () => /store_(unwritable|away):disk/.test(await reasons()) || null);
  const goesOnAfter = (sequence: number) => untilSnapshot(url, (next) => next.sequence > sequence && !next.stale);

  const first = await goesOnAfter(0);
  expect(await isNamed()).toBe(true);
  const second = await goesOnAfter(first.sequence);
  release();
  expect(await until(async () => !(await reasons()).includes("disk") || null)).toBe(true);

  release = await hang(folder.path);
  expect(await isNamed()).toBe(true);
  const third = await goesOnAfter(second.sequence + 2);
  expect(third.sections.scores.received).toBe(2);
  release();
  expect(await until(async () => !(await reasons()).includes("disk") || null)).toBe(true);
});
