import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { createDiskOperations } from "@pulseboard/storage/disk-operations";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWriterLock, type WriterLock } from "./writer-lock.ts";

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let locks: WriterLock[];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  locks = [];
});
afterEach(async () => {
  for (const lock of locks) {
    lock.release();
  }
  await folder.remove();
});

/** One process's view of the lock. */
function lockIn(path = folder.path): WriterLock {
  const { run } = createDiskOperations({ directory: path, clock: systemClock, deadlineMs: 4000 });
  const lock = createWriterLock({ folder: path, run, durations: { lockMs: 1000 } });
  locks.push(lock);
  return lock;
}

it("has one owner, who keeps it until the end, and then the next who asks", async () => {
  const [first, second, third] = [lockIn(), lockIn(), lockIn()];
  expect(await first.take()).toBe(true);
  expect(await second.take()).toBe(false);
  expect(await first.take()).toBe(true);
  first.release();
  expect(await second.take()).toBe(true);
  expect(await third.take()).toBe(false);
  expect(await first.take()).toBe(false);
});

it("has one owner among many who ask at once, time after time, and leaves one file behind", async () => {
  for (let time = 0; time < propertyRuns({ quick: 3, thorough: 100 }); time++) {
    const round = Array.from({ length: 6 }, () => lockIn());
    const taken = await Promise.all(round.map((lock) => lock.take()));
    // Whoever was faster may have been in another's way; whoever then asks again sees that there is one.
    const again = await Promise.all(round.map((lock) => lock.take()));
    expect(taken.filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(again.filter(Boolean).length).toBe(1);
    for (const lock of round) {
      lock.release();
    }
  }
  expect(await readdir(folder.path)).toEqual([expect.stringMatching(/^writer\.\d+$/)]);
});

it("is not in its own way when it is asked twice at once", async () => {
  const lock = lockIn();
  expect(await Promise.all([lock.take(), lock.take(), lock.take()])).toEqual([true, true, true]);
});

it("is taken again when somebody has emptied the folder, by one of both", async () => {
  const [first, second] = [lockIn(), lockIn()];
  expect(await first.take()).toBe(true);
  await rm(folder.path, { recursive: true });
  expect(await second.take()).toBe(true);
  expect(await first.take()).toBe(false);
});

it("works below a folder whose name is longer than a socket's address may be", async () => {
  const path = join(folder.path, "n".repeat(200));
  await mkdir(path);
  const [first, second] = [lockIn(path), lockIn(path)];
  expect(await first.take()).toBe(true);
  expect(await second.take()).toBe(false);
  first.release();
  expect(await second.take()).toBe(true);
});
