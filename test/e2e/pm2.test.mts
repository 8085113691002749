import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import { installInto, ROOT, type SimulatorProgram, simulated, startSimulatorProgram } from "./support/program.mts";
import { startLoad } from "./support/steady-load.mts";

const run = promisify(execFile);

interface Pm2App {
  readonly name: string;
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly exec_mode: string; readonly restart_time: number };
}

describe.each(["", "Pulse Board (\u00e9)"])("PM2 with ecosystem.config.js in folder %j", (name) => {
  let installation = ROOT;
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let simulator: SimulatorProgram;
  let url = "";
  let env: Record<string, string> = {};
  const pids: number[] = [];

  const pm2 = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [join(ROOT, "node_modules/pm2/bin/pm2"), ...args], {
      cwd: installation,
      env,
      maxBuffer: 10_000_000,
    });
    return stdout;
  };
  const apps = async (): Promise<readonly Pm2App[]> => {
    const list = await pm2("jlist");
    return JSON.parse(list.slice(list.indexOf("["))) as readonly Pm2App[];
  };

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    redis = await startRedis();
    simulator = await startSimulatorProgram("--seed", "21");
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    env = {
      PATH: process.env.PATH ?? "",
      HOME: folder.path,
      // A daemon of the test's own, that asks nobody for newer versions.
      PM2_HOME: join(folder.path, "pm2"),
      PM2_DISABLE_VERSION_CHECK: "1",
      RATE_LIMIT_PER_MINUTE: "0",
      ADMIN_PORT: String(await findFreePort()),
      PORT: String(port),
      HOST: "127.0.0.1",
      REDIS_URL: redis.url,
      REFRESH_CRON: "*/5 * * * * *",
      SYMBOL_COUNT: "5",
      ...simulated(simulator.url, join(folder.path, "data")),
    };
    if (name !== "") {
      installation = join(folder.path, name);
      installInto(installation);
    }
    await pm2("start", "ecosystem.config.js");
  });

  afterAll(async () => {
    await pm2("kill").catch(() => undefined);
    await simulator?.stop();
    await redis?.stop();
    await folder?.remove();
  });

  it("starts both, the server in cluster mode, and they find each other", async () => {
    const list = await apps();
    pids.push(...list.map(({ pid }) => pid));
    expect(list.map(({ name, pm2_env }) => [name, pm2_env.status, pm2_env.exec_mode])).toEqual([
      ["pulseboard-worker", "online", "fork_mode"],
      ["pulseboard-server", "online", "cluster_mode"],
    ]);
    const snapshot = await untilSnapshot(url, ({ sections }) => sections.scores.received === 5);
    expect(snapshot.simulated).toBe(true);
  });

  it.each(["pulseboard-worker", "pulseboard-server"])(
    "has the lines of %s where an operator looks for them",
    async (name) => {
      const lines = async (): Promise<unknown[]> => {
        const text = await readFile(join(env.PM2_HOME ?? "", "logs", `${name}-out.log`), "utf8");
        // Behind the last line's end there may be a part of the next one.
        return text
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line));
      };
      await expect.poll(lines).toContainEqual(expect.objectContaining({ level: "info", msg: "Metrics" }));
    },
  );

  it("reloads the server under load without one failed request", async () => {
    const load = startLoad(`${url}/api/dashboard/mobile-data`);
    await delay(500);
    await pm2("reload", "pulseboard-server");
    await delay(1_500);
    const { answered, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(200);
    const server = (await apps()).find(({ name }) => name === "pulseboard-server");
    expect(server?.pm2_env.status).toBe("online");
    expect(pids).not.toContain(server?.pid);
    pids.push(server?.pid ?? 0);
  });

  it("stops both in order, and leaves nothing behind", async () => {
    const daemon = Number(await pm2("pid").catch(() => "0")) || 0;
    await pm2("stop", "all");
    expect((await apps()).map(({ pm2_env }) => pm2_env.status)).toEqual(["stopped", "stopped"]);
    await pm2("kill");
    for (const pid of [...pids, daemon].filter((each) => each > 0)) {
      expect(await isGone(pid), `process ${pid}`).toBe(true);
    }
  });
});

/** Tells whether the process is gone, or dead and only waiting to be reaped. */
async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]);
      if (stdout.trim().startsWith("Z")) {
        return true;
      }
    } catch {
      // ps exits with 1 when there is no such process.
      return true;
    }
    await delay(100);
  }
  return false;
}
