import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { until } from "./support/ask.mts";
import { ROOT } from "./support/program.mts";
import { startLoad } from "./support/steady-load.mts";

const PM2 = join(ROOT, "node_modules/pm2/bin/pm2");
/** As docs/operations.md has it. */
const [DOCUMENTED = ""] =
  /^npm run doctor -- --config && pm2 .*$/m.exec(readFileSync(join(ROOT, "docs/operations.md"), "utf8")) ?? [];

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let redis: TestRedis;
let url = "";
let env: NodeJS.ProcessEnv = {};

/** Runs a line as an operator types it, in the checkout. */
function shell(line: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", line], { cwd: ROOT, env, maxBuffer: 10_000_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr }),
    );
  });
}

const pids = async (): Promise<readonly number[]> => {
  const { output } = await shell("pm2 jlist");
  const apps = JSON.parse(output.slice(output.indexOf("["))) as readonly { readonly pid: number }[];
  return apps.map(({ pid }) => pid);
};

const writeSettings = (more: string): Promise<void> =>
  writeFile(join(folder.path, "settings"), `REDIS_URL=${redis.url}\nEXCHANGE_URL=http://127.0.0.1:1\n${more}`);

const answers = (): Promise<boolean | null> =>
  until(async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok || null);

beforeAll(async () => {
  folder = await createTemporaryFolder();
  redis = await startRedis();
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "pm2"), `#!/bin/sh\nexec "${process.execPath}" "${PM2}" "$@"\n`);
  await chmod(join(bin, "pm2"), 0o755);
  env = {
    PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder.path,
    PM2_HOME: join(folder.path, "pm2"),
    PM2_DISABLE_VERSION_CHECK: "1",
    RATE_LIMIT_PER_MINUTE: "0",
    PORT: String(port),
    HOST: "127.0.0.1",
    ADMIN_PORT: String(await findFreePort()),
    DATA_DIR: join(folder.path, "data"),
    REFERENCE_URL: "http://127.0.0.1:1",
    PULSEBOARD_ENV: join(folder.path, "settings"),
  };
  await writeSettings("");
  await shell("pm2 start ecosystem.config.js");
  await answers();
});

afterAll(async () => {
  await shell("pm2 kill");
  await redis?.stop();
  await folder?.remove();
});

describe("A wrong line in .env under PM2", () => {
  it("leaves both running and every request answered, by the documented line", async () => {
    const before = await pids();
    expect(before).toHaveLength(2);
    await writeSettings("SYMBOL_COUNT=many\nREDIS_URI=x\n");
    const load = startLoad(`${url}/api/dashboard/mobile-data`);
    const { code, output } = await shell(DOCUMENTED);
    const { answered, failures } = await load.stop();
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/REDIS_URI[\s\S]*SYMBOL_COUNT/) });
    expect(output).not.toContain("[PM2]");
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(50);
    expect(await pids()).toEqual(before);
  });

  it("that takes Redis away is one, too: the two processes could meet nowhere", async () => {
    const before = await pids();
    await writeFile(join(folder.path, "settings"), "EXCHANGE_URL=http://127.0.0.1:1\n");
    const { code, output } = await shell(DOCUMENTED);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("REDIS_URL: not set") });
    expect(await pids()).toEqual(before);
  });

  it("once corrected, is taken by the same line without a failed request", async () => {
    const before = await pids();
    await writeSettings("SYMBOL_COUNT=7\n");
    const load = startLoad(`${url}/api/dashboard/mobile-data`);
    const { code } = await shell(DOCUMENTED);
    const { failures } = await load.stop();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    const after = await pids();
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  });

  it.skipIf(!inject("thorough"))(
    "ends a good server when it is reloaded without a look, and a restart is the way out",
    async () => {
      await writeSettings("SYMBOL_COUNT=many\n");
      await shell("pm2 reload pulseboard-server");
      expect(await fetch(`${url}/healthz`).catch(() => null)).toBeNull();
      await writeSettings("");
      await shell("pm2 restart pulseboard-server");
      expect(await answers()).toBe(true);
    },
  );
});
