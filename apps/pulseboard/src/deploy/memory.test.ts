import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { requireMemory } from "./memory.ts";

async function meminfo(availableKb: number): Promise<string> {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const path = join(folder.path, "meminfo");
  writeFileSync(path, `MemTotal:         500000 kB\nMemFree:           9000 kB\nMemAvailable:   ${availableKb} kB\n`);
  return path;
}

it("a second server is not started where less than 200 MB are available, and the refusal says so", async () => {
  expect(requireMemory(await meminfo(200 * 1024))).toBe(200);
  const tight = await meminfo(200 * 1024 - 1);
  expect(() => requireMemory(tight)).toThrow(
    "199 MB of memory are available, and a second server beside the running one needs 200",
  );
});
