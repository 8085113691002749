import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import { startMixedLoad } from "./support/mixed-load.mts";
import { PROGRAM, ROOT, simulated, startProgram, startSimulatorProgram } from "./support/program.mts";

const run = promisify(execFile);

it("two servers that are handed one listening socket replace each other without a failed request", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const simulator = await startSimulatorProgram("--seed", "31");
  onTestFinished(async () => void (await simulator.stop()));
  const common = {
    PATH: process.env.PATH ?? "",
    REDIS_URL: redis.url,
    REFRESH_CRON: "*/5 * * * * *",
    SYMBOL_COUNT: "3",
    RATE_LIMIT_PER_MINUTE: "0",
    ...simulated(simulator.url, folder.path),
  };
  const worker = startProgram("worker", [], common);
  onTestFinished(async () => void (await worker.stop()));
  const holder = await holdSocket();
  const url = `http://127.0.0.1:${holder.port}`;
  const startServer = async (): Promise<number> => {
    const adminPort = await findFreePort();
    // PORT is taken, by the simulator: the socket that was handed over counts instead.
    const env = { ...common, PORT: new URL(simulator.url).port, ADMIN_PORT: String(adminPort) };
    const pid = await holder.start(env, [process.execPath, PROGRAM, "server"]);
    await expect.poll(() => answers(`http://127.0.0.1:${adminPort}/metrics`)).toBe(true);
    return pid;
  };

  const first = await startServer();
  await untilSnapshot(url, ({ sections }) => sections.scores.received === 3);
  const load = startMixedLoad(url);
  const second = await startServer();
  process.kill(first, "SIGTERM");
  await expect.poll(() => isGone(first)).toBe(true);
  const third = await startServer();
  process.kill(second, "SIGTERM");
  await expect.poll(() => isGone(second)).toBe(true);
  const { answered, failures, backwards } = await load.stop();

  expect(failures).toEqual([]);
  expect(backwards).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  process.kill(third, "SIGTERM");
  await expect.poll(() => isGone(third)).toBe(true);
});

it("the units for that are correct for systemd", async ({ skip }) => {
  const hasSystemd = await run("systemd-analyze", ["--version"]).then(
    () => true,
    () => false,
  );
  if (!hasSystemd) {
    skip("systemd-analyze is not installed");
  }
  const units = ["pulseboard-server.socket", "pulseboard-server@a.service", "pulseboard-server@b.service"];
  const { stdout, stderr } = await run("systemd-analyze", ["verify", ...units, "pulseboard-worker.service"], {
    cwd: join(ROOT, "deploy/systemd"),
  });
  // It exits with 0 after some of its complaints.
  expect(stdout + stderr).toBe("");
});

interface SocketHolder {
  readonly port: number;
  /** Starts a program that has the socket as descriptor 3; its process id. */
  start(env: Readonly<Record<string, string>>, command: readonly string[]): Promise<number>;
}

async function holdSocket(): Promise<SocketHolder> {
  const holder = spawn("perl", [join(ROOT, "test/e2e/support/socket-holder.pl")], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  onTestFinished(() => void process.kill(-(holder.pid ?? 0), "SIGKILL"));
  const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
  // The programs' own output, JSON, comes on the same pipe.
  const nextNumber = async (): Promise<number> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) {
        throw new Error("the holder of the socket has ended");
      }
      if (/^\d+$/.test(value)) {
        return Number(value);
      }
    }
  };
  return {
    port: await nextNumber(),
    start: async (env, command) => {
      const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      holder.stdin.write(`${variables.join("\t")}\t--\t${command.join("\t")}\n`);
      return nextNumber();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function isGone(pid: number): Promise<boolean> {
  const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout === "" || stdout.startsWith("Z");
}
