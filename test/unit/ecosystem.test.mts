import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished, vi } from "vitest";

const ECOSYSTEM = fileURLToPath(new URL("../../ecosystem.config.js", import.meta.url));

it.each(["plain", "a folder"])(
  "PM2 finds both processes' script in %j, and no path with a blank goes to its shell",
  async (name) => {
    const { path, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    const folder = join(path, name);
    await mkdir(folder);
    await copyFile(ECOSYSTEM, join(folder, "ecosystem.config.js"));
    const { apps } = createRequire(import.meta.url)(join(folder, "ecosystem.config.js"));
    expect(apps).toHaveLength(2);
    for (const { cwd, script } of apps) {
      expect(script).not.toContain(" ");
      expect(resolve(cwd, script)).toBe(join(folder, "apps/pulseboard/dist/main.js"));
    }
  },
);

it("PM2 finds the script of a deployed release through the link to it, and that of another one where it lies", async () => {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  for (const folder of ["releases/0.2.0-1", "unpacked/pulseboard-0.2.0"]) {
    await mkdir(join(path, folder, "dist"), { recursive: true });
    await copyFile(ECOSYSTEM, join(path, folder, "ecosystem.config.js"));
    await writeFile(join(path, folder, "dist/pulseboard.mjs"), "");
  }
  await symlink("releases/0.2.0-1", join(path, "current"));
  const require = createRequire(import.meta.url);
  for (const folder of ["current", "unpacked/pulseboard-0.2.0"]) {
    const { apps } = require(join(path, folder, "ecosystem.config.js"));
    for (const { cwd, script } of apps) {
      expect([cwd, script]).toEqual([join(path, folder), join(path, folder, "dist/pulseboard.mjs")]);
    }
  }
});

it.each([
  [490, 300, 250],
  [970, 582, 388],
  [8_000, 700, 500],
])(
  "on a machine of %i MB the worker is started again at %i MB, the server at %i",
  async (machineMb, workerMb, serverMb) => {
    const { path, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    await copyFile(ECOSYSTEM, join(path, "ecosystem.config.js"));
    const memory = vi.spyOn(os, "totalmem").mockReturnValue(machineMb * 2 ** 20);
    onTestFinished(() => memory.mockRestore());
    const { apps } = createRequire(import.meta.url)(join(path, "ecosystem.config.js"));
    expect(apps.map(({ max_memory_restart }: { max_memory_restart: string }) => max_memory_restart)).toEqual([
      `${workerMb}M`,
      `${serverMb}M`,
    ]);
  },
);
