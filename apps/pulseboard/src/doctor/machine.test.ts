import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { judgeMachine, type MachineReadings, readMachine } from "./machine.ts";

const WELL: MachineReadings = {
  nodeVersion: "22.12.0",
  disk: { path: "/srv/pulseboard/shared/data", freeBytes: 20e9 },
  totalBytes: 1e9,
  availableBytes: 600e6,
  limitBytes: 576e6,
  symbolCount: 600,
  openFiles: 524_288,
  envFile: { path: "/srv/pulseboard/shared/.env", mode: 0o100600 },
};

it("a small machine with room is well", () => {
  expect(judgeMachine(WELL).map(({ name, verdict }) => [name, verdict])).toEqual([
    ["Node", "ok"],
    ["disk of DATA_DIR", "ok"],
    ["memory", "ok"],
    ["open files", "ok"],
    ["rights of .env", "ok"],
  ]);
});

it.each<[string, Partial<MachineReadings>, string, "warning" | "failed"]>([
  ["an old Node", { nodeVersion: "18.20.4" }, "Node", "failed"],
  ["an odd Node", { nodeVersion: "21.7.3" }, "Node", "failed"],
  ["a full disk", { disk: { path: "/data", freeBytes: 4e6 } }, "disk of DATA_DIR", "failed"],
  ["a disk that fills", { disk: { path: "/data", freeBytes: 400e6 } }, "disk of DATA_DIR", "warning"],
  ["a disk that refuses", { disk: { path: "/data", problem: "EIO" } }, "disk of DATA_DIR", "failed"],
  ["no memory for a deploy", { availableBytes: 150e6 }, "memory", "warning"],
  ["no memory at all", { availableBytes: 20e6 }, "memory", "failed"],
  ["limits above the machine", { limitBytes: 1.2e9 }, "memory", "warning"],
  ["a limit below what so many symbols take", { limitBytes: 300e6 }, "memory", "warning"],
  ["few files", { openFiles: 1024 }, "open files", "warning"],
  ["an .env for all", { envFile: { path: "/srv/.env", mode: 0o100644 } }, "rights of .env", "warning"],
])("with %s just that line says so, and what to do", (_what, changes, name, verdict) => {
  const wrong = judgeMachine({ ...WELL, ...changes }).filter((check) => check.verdict !== "ok");
  expect(wrong.map((check) => [check.name, check.verdict])).toEqual([[name, verdict]]);
  expect(wrong[0]?.cure).toMatch(/^[A-Z].*\.$/);
});

it("a group may read .env, others not", () => {
  const of = (mode: number) => judgeMachine({ ...WELL, envFile: { path: "/srv/.env", mode } }).at(-1)?.verdict;
  expect([0o600, 0o640, 0o604, 0o666].map(of)).toEqual(["ok", "ok", "warning", "warning"]);
});

it("is read from the system, also of a DATA_DIR that is not made yet, which stays unmade", async () => {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  const envPath = join(path, ".env");
  await writeFile(envPath, "");
  await chmod(envPath, 0o640);
  const dataDir = join(path, "a/b");
  const seen = await readMachine({ dataDir, envPath, limitBytes: null, symbolCount: null });
  expect(seen).toMatchObject({
    disk: { path: dataDir, freeBytes: expect.any(Number) },
    nodeVersion: process.versions.node,
  });
  expect((seen.envFile?.mode ?? 0) & 0o777).toBe(0o640);
  expect(seen.availableBytes).toBeGreaterThan(1e6);
  expect((await readMachine({ dataDir: envPath, envPath, limitBytes: null, symbolCount: null })).disk).toEqual({
    path: envPath,
    problem: "it is no folder",
  });
});
