import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { createBullQueue } from "@pulseboard/refresh";
import { createLogger } from "@pulseboard/runtime";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, askSnapshot, until, untilSnapshot } from "./support/ask.mts";
import {
  PROGRAM,
  type Program,
  ROOT,
  type SimulatorProgram,
  simulated,
  startProgram,
  startSimulatorProgram,
} from "./support/program.mts";

const PERIOD_MS = 5_000;
const SYMBOLS = 5;

describe("worker and server over Redis and memcached", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let memcached: TestMemcached;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let url = "";
  let env: Record<string, string> = {};

  const startWorker = () => startProgram("worker", [], env);
  const isFull = (snapshot: { readonly sections: { readonly scores: { readonly received: number } } }) =>
    snapshot.sections.scores.received === SYMBOLS;
  const askHundredTimes = async () => {
    for (let request = 0; request < 100; request++) {
      const snapshot = await askSnapshot(url);
      expect(isFull(snapshot)).toBe(true);
      expect(snapshot.market_overview.total_volume_24h).toBeGreaterThan(0);
    }
  };
  const askOften = async (count: number) => {
    for (let asked = 0; asked < count; asked += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => fetch(`${url}/api/dashboard/mobile-data`, { method: "HEAD" })),
      );
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    }
  };
  const fault = (name: string, share: number) =>
    fetch(`${simulator.url}/__faults`, {
      method: "POST",
      body: JSON.stringify({ endpoint: "/v5/market/orderbook", fault: name, share }),
    });
  const clearFaults = () => fetch(`${simulator.url}/__faults`, { method: "DELETE" });

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    redis = await startRedis();
    memcached = await startMemcached();
    simulator = await startSimulatorProgram("--seed", "8");
    env = {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: memcached.address,
      REFRESH_CRON: "*/5 * * * * *",
      SYMBOL_COUNT: String(SYMBOLS),
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, folder.path),
    };
    worker = startWorker();
    server = startProgram("server", [], env);
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    await untilSnapshot(url, (snapshot) => isFull(snapshot) && !snapshot.stale);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await memcached?.stop();
    await folder?.remove();
  });

  it("a flush of memcached, then of Redis, is not seen by a phone, and the next refresh restores both", async () => {
    const flushes = [() => memcached.say("flush_all"), () => redis.say("FLUSHALL")];
    for (const flush of flushes) {
      const before = await askSnapshot(url);
      await flush();
      await askHundredTimes();
      const after = await untilSnapshot(
        url,
        ({ sequence, sections }) => sequence > before.sequence && !sections.scores.stale,
      );
      expect(isFull(after)).toBe(true);
      const inRedis = await until(async () => {
        const text = await redis.say("GET mobile:snapshot");
        return text.includes('"sequence":') ? text : null;
      });
      expect(inRedis).not.toBeNull();
    }
    const cached = await until(async () => {
      const text = await memcached.say("get mobile:snapshot");
      return text.includes("VALUE mobile:snapshot") ? text : null;
    });
    expect(cached).not.toBeNull();
  });

  it("a worker killed in the middle of a refresh leaves honest answers and one job, and its successor is soon fresh", async () => {
    // Books that never come keep a refresh in the middle.
    await fault("slow_headers", 1);
    const queue = createBullQueue({ redisUrl: redis.url, log: createLogger({ level: "silent", pretty: false }) });
    try {
      const active = await until(async () => {
        const joined = await queue.queue.enqueue("stale");
        return joined.outcome === "joined" && joined.state === "active" ? joined : null;
      });
      expect(active).not.toBeNull();
      worker.process.kill("SIGKILL");
      await worker.ended();
      await clearFaults();

      const stale = await untilSnapshot(url, (snapshot) => snapshot.stale, 4 * PERIOD_MS + 10_000);
      expect(stale.data_source).toBe("stale");
      expect(isFull(stale)).toBe(true);
      await askOften(1_000);
      // All that was asked for since then has joined the one job that there is.
      const after = await queue.queue.enqueue("operator");
      expect(after).toEqual({ outcome: "joined", jobId: active?.jobId, state: expect.any(String) });

      const startedMs = performance.now();
      worker = startWorker();
      const fresh = await untilSnapshot(url, (snapshot) => !snapshot.stale, 2 * PERIOD_MS + 15_000);
      expect(fresh.sequence).toBeGreaterThan(stale.sequence);
      expect(performance.now() - startedMs).toBeLessThan(2 * PERIOD_MS + 15_000);
    } finally {
      await clearFaults();
      await queue.queue.close();
    }
  });

  it("Redis gone for half a minute costs no request and nothing that was known", async () => {
    const before = await untilSnapshot(url, (snapshot) => !snapshot.stale && isFull(snapshot));
    await redis.kill();
    const goneUntilMs = performance.now() + 30_000;
    let lastSequence = before.sequence;
    let requests = 0;
    while (performance.now() < goneUntilMs) {
      const snapshot = await askSnapshot(url);
      expect(isFull(snapshot)).toBe(true);
      expect(snapshot.sequence).toBeGreaterThanOrEqual(lastSequence);
      lastSequence = snapshot.sequence;
      requests += 1;
      await delay(20);
    }
    expect(requests).toBeGreaterThan(300);
    // The worker refreshed without its queue, and the server found that on disk.
    expect(lastSequence).toBeGreaterThan(before.sequence);
    expect(JSON.stringify((await ask(`${url}/readyz`)).body.degraded)).toContain("redis");

    await redis.restart();
    const after = await untilSnapshot(url, ({ sequence }) => sequence > lastSequence);
    expect(isFull(after)).toBe(true);
    const rejoined = await until(async () => {
      const { degraded } = (await ask(`${url}/readyz`)).body;
      return JSON.stringify(degraded).includes("redis") ? null : true;
    });
    expect(rejoined).toBe(true);
    const inRedis = await until(async () => {
      const text = await redis.say("GET pulseboard:sequence");
      return /\d{1,}/.test(text.replace(/^\$\d+/, "")) ? text : null;
    });
    expect(inRedis).not.toBeNull();
  });

  it("a second worker takes over from one that is killed while busy, and never runs beside it", async () => {
    const second = startWorker();
    try {
      await second.printed(/./);
      await delay(3 * PERIOD_MS);
      const refreshed = (program: Program) => program.output().split('"msg":"Refreshed"').length - 1;
      const before = await askSnapshot(url);
      worker.process.kill("SIGKILL");
      await worker.ended();
      const count = refreshed(second);
      await untilSnapshot(url, ({ sequence }) => sequence > before.sequence + 1);
      expect(refreshed(second)).toBeGreaterThan(count);
      // Nobody was ever overtaken in the middle of a run.
      expect(second.output() + worker.output()).not.toContain("superseded");
    } finally {
      worker = second;
    }
  });

  it("ten operators at once cause one run, and each is told the truth about it", async () => {
    await fault("slow_headers", 1);
    try {
      const answers = await Promise.all(Array.from({ length: 10 }, () => refreshCommand(env, "--json")));
      const told = answers.map(({ code, stdout }) => {
        expect(code, stdout).toBe(0);
        return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { outcome?: string; jobId?: string };
      });
      expect(new Set(told.map(({ jobId }) => jobId)).size).toBe(1);
      expect(told.filter(({ outcome }) => outcome === "accepted").length).toBeLessThanOrEqual(1);
    } finally {
      await clearFaults();
    }
  });

  it("an operator who waits sees the phases and the sources of the run", async () => {
    const { code, stdout } = await refreshCommand(env, "--wait");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("publishing");
    expect(stdout).toMatch(/tickers.*520 of 520 symbols/);
    expect(stdout).toMatch(/scores.*5 of 5 symbols/);
  });

  it("a wrong eviction policy is told in readiness, metrics and log, and so is that it is right again", async () => {
    const [, metricsUrl = ""] = await server.printed(/"url":"(http:[^"]+\/metrics)"/);
    const metrics = async () => (await fetch(metricsUrl)).text();
    expect(await metrics()).toContain('pulseboard_redis_eviction_policy{policy="noeviction"} 1');
    await redis.say("CONFIG SET maxmemory-policy allkeys-lru");
    const told = await until(async () => {
      const { degraded } = (await ask(`${url}/readyz`)).body;
      return JSON.stringify(degraded).includes("redis_eviction_policy:allkeys-lru") ? true : null;
    });
    expect(told).toBe(true);
    expect(await metrics()).toContain('pulseboard_redis_eviction_policy{policy="allkeys-lru"} 1');
    expect(server.output()).toContain("Redis may drop documents and jobs");
    await redis.say("CONFIG SET maxmemory-policy noeviction");
  });

  it("an operator is told that Redis cannot be reached", async () => {
    const { code, stdout, stderr } = await refreshCommand({ ...env, REDIS_URL: "redis://:hunter2@127.0.0.1:1" });
    expect(code).toBe(3);
    expect(stdout + stderr).toContain("Redis cannot be reached (ECONNREFUSED)");
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it("both end in order on SIGTERM, also while Redis is away", async () => {
    await redis.kill();
    const [workerEnd, serverEnd] = await Promise.all([worker.stop(), server.stop()]);
    expect(workerEnd.tookMs).toBeLessThan(30_000);
    expect(serverEnd.tookMs).toBeLessThan(30_000);
    expect(serverEnd.code).toBe(0);
    expect(workerEnd.code).toBe(0);
  });
});

/** `npm run refresh`, as it is run after setup. */
function refreshCommand(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, "refresh", ...args],
      { cwd: ROOT, env: { PATH: process.env.PATH ?? "", ...env }, timeout: 60_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
