import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { openJournal } from "./journal.ts";
import { type Layout, layoutOf } from "./layout.ts";

async function layout(): Promise<Layout> {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  return layoutOf(folder.path);
}

/** The lock of a process that is gone: of one that has had this test's id before it, if `pid` is this one's. */
function leaveLock({ lockFile }: Layout, pid: number): void {
  writeFileSync(
    lockFile,
    JSON.stringify({
      pid,
      processStart: "an earlier boot 17",
      began: "2026-05-01T00:00:00Z",
      step: 6,
      from: "a",
      to: "b",
    }),
  );
}

it("refuses a second deploy while the first one runs, and lets the next one in when it has ended", async () => {
  const place = await layout();
  const first = openJournal(place);
  expect(() => openJournal(place)).toThrow(`Another deploy or rollback runs there (process ${process.pid}, since 20`);
  first.note({ step: 3, to: "b" });
  expect(() => openJournal(place)).toThrow("Another deploy");
  first.close();
  expect(existsSync(place.lockFile)).toBe(false);
  const second = openJournal(place);
  expect(second.unfinished).toBeNull();
  second.close();
});

it.each([
  ["is gone", spawnSync("true").pid],
  ["has an id that another process has now", process.pid],
])("takes over from a deploy whose process %s, and knows how far it came", async (_, pid) => {
  const place = await layout();
  leaveLock(place, pid);
  const journal = openJournal(place);
  expect(journal.unfinished).toMatchObject({ step: 6, from: "a", to: "b" });
  journal.note({ step: 2 });
  expect(JSON.parse(readFileSync(place.lockFile, "utf8"))).toMatchObject({ pid: process.pid, step: 6, from: "a" });
  expect(() => openJournal(place)).toThrow("Another deploy");
});

it.each([
  "",
  "{}",
  "null",
  "[7]",
  '{"pid":1,"step":6',
  '{"pid":"1","processStart":"x","began":"y","step":6}',
  "\0\0\0",
])("takes over a lock that a power cut has left as %j, and knows nothing of how far it came", async (text) => {
  const place = await layout();
  writeFileSync(place.lockFile, text);
  const journal = openJournal(place);
  expect(journal.unfinished).toEqual({ step: null, from: null, to: null });
  journal.note({ step: 4 });
  expect(JSON.parse(readFileSync(place.lockFile, "utf8"))).toMatchObject({ pid: process.pid, step: null });
  expect(() => openJournal(place)).toThrow("Another deploy");
});

it("of two runs that were cut off one after the other, the further one is known", async () => {
  const place = await layout();
  leaveLock(place, spawnSync("true").pid);
  const journal = openJournal(place);
  journal.note({ from: "a" });
  journal.note({ step: 4, to: "c" });
  expect(JSON.parse(readFileSync(place.lockFile, "utf8"))).toMatchObject({ step: 6, from: "a", to: "c" });
  journal.note({ step: 7 });
  expect(JSON.parse(readFileSync(place.lockFile, "utf8"))).toMatchObject({ step: 7 });
});

it("a run that has changed nothing leaves to the next one what a cut-off one has left, and else nothing", async () => {
  const place = await layout();
  leaveLock(place, spawnSync("true").pid);
  openJournal(place).handBack();
  expect(JSON.parse(readFileSync(place.lockFile, "utf8"))).toMatchObject({ step: 6, from: "a", to: "b" });
  const other = await layout();
  openJournal(other).handBack();
  expect(readdirSync(other.root)).toEqual([]);
});

it("leaves no file of its own where the lock cannot be read", async () => {
  const place = await layout();
  mkdirSync(place.lockFile);
  expect(() => openJournal(place)).toThrow("EISDIR");
  expect(readdirSync(place.root)).toEqual(["deploy.lock"]);
});
