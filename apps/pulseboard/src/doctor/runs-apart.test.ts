import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { runsApart } from "./runs-apart.ts";

it.each([
  ["pulseboard-server-1.pid", process.pid, true],
  ["pulseboard-worker-0.pid", process.pid, true],
  ["pulseboard-server-1.pid", 999_999_999, false],
  ["other-1.pid", process.pid, false],
])("PM2's %s of process %i: %s", async (name, pid, expected) => {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  await mkdir(join(path, "pids"));
  await writeFile(join(path, "pids", name), String(pid));
  expect(runsApart("/srv/checkout", { PM2_HOME: path })).toBe(expected);
});

it("a release that was deployed does, and without PM2 nothing else", () => {
  const env = { PM2_HOME: "/nowhere" };
  expect(runsApart("/srv/pulseboard/releases/0.1.0-20261130", env)).toBe(true);
  expect(runsApart("/home/me/pulseboard-0.1.0", env)).toBe(false);
});
