import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const NAME = "0.1.0-20260501T100000";
/** Shows the program a machine of our own making, in a name space that ends with it. */
const IN_SPACE = ["-m", "sh", "-c", 'eval "$0" && exec "$@"'];
const canTry = spawnSync("unshare", ["-m", "true"]).status === 0;

it.skipIf(!canTry).each([
  [
    "with 150 MB of memory",
    "mount --bind $DIR/meminfo /proc/meminfo",
    /^The rollback to 0\.1\.0 has changed nothing: 150 MB of memory are available, and a second server .* needs 200: /m,
  ],
  [
    "in a folder that cannot be written",
    "mount --bind $DIR $DIR && mount -o remount,bind,ro $DIR",
    /^The rollback to 0\.1\.0 has changed nothing: EROFS: .*: mount it so that it can be written\./m,
  ],
])("a rollback %s is refused before it begins (skipped without the right to mount)", async (_, machine, expected) => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const root = folder.path;
  const files = {
    "shared/.env": "",
    "pm2/node_modules/pm2/bin/pm2": "",
    [`releases/${NAME}/package.json`]: '{"name":"pulseboard","version":"0.1.0"}',
    [`releases/${NAME}/dist/pulseboard.mjs`]: "",
    meminfo: "MemTotal: 1000000 kB\nMemAvailable: 153600 kB\n",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const command = [process.execPath, MAIN, "rollback", "0.1.0", "--local", root];
  const env = { PATH: process.env.PATH, HOME: root, DIR: root };
  const { status, stdout, stderr } = spawnSync("unshare", [...IN_SPACE, machine, ...command], {
    env,
    encoding: "utf8",
  });
  expect(`${stdout}${stderr}`).toMatch(expected);
  expect(status).toBe(1);
});
