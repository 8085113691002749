import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";

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
