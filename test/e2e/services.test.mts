import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import type { MobileSnapshot } from "@pulseboard/snapshot";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, askSnapshot, until, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import {
  PROGRAM,
  type Program,
  ROOT,
  type SimulatorProgram,
  simulated,
  startHurried,
  startSimulatorProgram,
} from "./support/program.mts";

const PERIOD_MS = 2_000;
const SYMBOLS = 5;

// In a hurry: with a schedule that is not allowed in production, and the polls and locks that go with it.
describe("worker and server over Redis and memcached", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let memcached: TestMemcached;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let url = "";
  let env: Record<string, string> = {};

  const startWorker = () => startHurried({ worker: true, server: false }, env);
  const isFull = (snapshot: MobileSnapshot) => snapshot.sections.scores.received === SYMBOLS;
  const isFullAndFresh = (snapshot: MobileSnapshot) => isFull(snapshot) && !snapshot.stale;
  const degraded = async () => JSON.stringify((await ask(`${url}/readyz`)).body.degraded);
  const sayUntil = (server: TestRedis | TestMemcached, line: string, answer: RegExp) =>
    expect.poll(() => server.say(line), { message: line }).toMatch(answer);

  beforeAll(async () => {
    [folder, redis, memcached, simulator] = await Promise.all([
      createTemporaryFolder(),
      startRedis(),
      startMemcached(),
      startSimulatorProgram("--seed", "8"),
    ]);
    env = {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: memcached.address,
      REFRESH_CRON: `*/${PERIOD_MS / 1000} * * * * *`,
      SYMBOL_COUNT: String(SYMBOLS),
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, folder.path),
    };
    worker = startWorker();
    server = startHurried({ worker: false, server: true }, env);
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    await untilSnapshot(url, isFullAndFresh);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await memcached?.stop();
    await folder?.remove();
  });

  it.each([
    ["memcached", () => memcached.say("flush_all")],
    ["Redis", () => redis.say("FLUSHALL")],
  ])("no phone sees that %s was emptied, and the next refresh fills it again", async (_, flush) => {
    const before = await askSnapshot(url);
    await flush();
    for (let request = 0; request < 100; request++) {
      const snapshot = await askSnapshot(url);
      expect(isFull(snapshot)).toBe(true);
      expect(snapshot.market_overview.total_volume_24h).toBeGreaterThan(0);
    }
    const isNext = ({ sequence, sections }: MobileSnapshot) => sequence > before.sequence && !sections.scores.stale;
    expect(isFull(await untilSnapshot(url, isNext))).toBe(true);
    await sayUntil(redis, "GET mobile:snapshot", /"sequence":/);
    await sayUntil(memcached, "get mobile:snapshot", /VALUE mobile:snapshot/);
  });

  it("a worker that is killed in the middle of a refresh leaves honest answers and one job, and its successor refreshes", async () => {
    // Order books that never come keep a refresh in the middle.
    await setFault(simulator.url, "/v5/market/orderbook", "slow_headers");
    const log = createLogger({ level: "silent", pretty: false });
    const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
    const connection = connectRedis({ keyPrefix: "", url: redis.url, ...tools, durations: REDIS_DURATIONS });
    const { queue } = createBullQueue({ redis: connection, ...tools, durations: REFRESH_DURATIONS });
    try {
      const active = await until(async () => {
        const joined = await queue.enqueue("stale");
        return joined.outcome === "joined" && joined.state === "active" ? joined : null;
      });
      expect(active).not.toBeNull();
      worker.process.kill("SIGKILL");
      await worker.ended();
      await clearFaults(simulator.url);

      const stale = await untilSnapshot(url, (snapshot) => snapshot.stale);
      expect(stale.data_source).toBe("stale");
      expect(isFull(stale)).toBe(true);
      for (let asked = 0; asked < 1_000; asked += 20) {
        const asking = Array.from({ length: 20 }, () => fetch(`${url}/api/dashboard/mobile-data`, { method: "HEAD" }));
        expect((await Promise.all(asking)).every(({ status }) => status === 200)).toBe(true);
      }
      // Every request for a refresh since then has joined the one job.
      const after = await queue.enqueue("operator");
      expect(after).toEqual({ outcome: "joined", jobId: active?.jobId, state: expect.any(String) });

      worker = startWorker();
      const fresh = await untilSnapshot(url, isFullAndFresh);
      expect(fresh.sequence).toBeGreaterThan(stale.sequence);
    } finally {
      await clearFaults(simulator.url);
      await queue.close();
      await connection.close();
    }
  });

  it("an outage of Redis costs no request and no data, and each process logs its beginning and its end once", async () => {
    const before = await untilSnapshot(url, isFullAndFresh);
    const logged = [worker, server].map(logSince);
    await redis.kill();
    let lastSequence = before.sequence;
    // The worker refreshes without its queue, and the server finds that on the disk.
    for (let requests = 0; requests < 100 || lastSequence < before.sequence + 2; requests++) {
      const snapshot = await askSnapshot(url);
      expect(isFull(snapshot)).toBe(true);
      expect(snapshot.sequence).toBeGreaterThanOrEqual(lastSequence);
      lastSequence = snapshot.sequence;
      await delay(10);
    }
    expect(await degraded()).toContain("redis");

    await redis.restart();
    expect(isFull(await untilSnapshot(url, ({ sequence }) => sequence > lastSequence))).toBe(true);
    await expect.poll(degraded).not.toContain("redis");
    await sayUntil(redis, "GET pulseboard:sequence", /^\$\d+\r\n\d+/);
    for (const lines of logged) {
      await expect.poll(() => outageLines(lines())).toEqual(["warn redis store_unreachable", "info redis"]);
    }
  });

  it("each process logs once that Redis hangs, and once that it answers again", async () => {
    const before = await untilSnapshot(url, isFullAndFresh);
    const logged = [worker, server].map(logSince);
    // What a refresh that is caught by it says besides is not counted here.
    const ofRedis = (lines: readonly string[]) => outageLines(lines).filter((line) => / redis\b/.test(line));
    redis.pause();
    try {
      for (const lines of logged) {
        await expect.poll(() => ofRedis(lines())).toEqual([expect.stringMatching(/^warn redis/)]);
      }
    } finally {
      redis.resume();
    }
    for (const lines of logged) {
      await expect.poll(() => ofRedis(lines())).toEqual([expect.stringMatching(/^warn redis/), "info redis"]);
    }
    await untilSnapshot(url, ({ sequence }) => sequence > before.sequence);
  });

  it("each process logs once that memcached is unavailable, and once that it is available again", async () => {
    const logged = [worker, server].map(logSince);
    await memcached.kill();
    for (const lines of logged) {
      await expect.poll(() => outageLines(lines())).toEqual([expect.stringMatching(/^warn memcached/)]);
    }
    await memcached.restart();
    for (const lines of logged) {
      await expect
        .poll(() => outageLines(lines()))
        .toEqual([expect.stringMatching(/^warn memcached/), "info memcached"]);
    }
  });

  it("a second worker takes over from one that is killed, and never runs beside it", async () => {
    const second = startWorker();
    const first = worker;
    const refreshes = (program: Program) => program.output().split('"msg":"Refreshed"').length - 1;
    try {
      await second.printed(/"msg":"Metrics"|"msg":"Worker/);
      const together = await askSnapshot(url);
      await untilSnapshot(url, ({ sequence }) => sequence > together.sequence + 1);
      const before = await askSnapshot(url);
      first.process.kill("SIGKILL");
      await first.ended();
      const count = refreshes(second);
      await untilSnapshot(url, ({ sequence }) => sequence > before.sequence + 1);
      expect(refreshes(second)).toBeGreaterThan(count);
      // Had both run at a time, one of them would have been overtaken.
      expect(second.output() + first.output()).not.toContain("superseded");
    } finally {
      worker = second;
    }
  });

  it("ten operators at once cause one run, and each gets its id", async () => {
    await setFault(simulator.url, "/v5/market/orderbook", "slow_headers");
    try {
      const answers = await Promise.all(Array.from({ length: 10 }, () => refreshCommand(env, "--json")));
      const told = answers.map(({ code, stdout }) => {
        expect(code, stdout).toBe(0);
        return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { outcome?: string; jobId?: string };
      });
      expect(new Set(told.map(({ jobId }) => jobId)).size).toBe(1);
      expect(told.filter(({ outcome }) => outcome === "accepted").length).toBeLessThanOrEqual(1);
    } finally {
      await clearFaults(simulator.url);
    }
  });

  it("an operator who waits sees the phases and the sources of the run", async () => {
    const { code, stdout } = await refreshCommand(env, "--wait");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("publishing");
    expect(stdout).toMatch(/tickers.*520 of 520 symbols/);
    expect(stdout).toMatch(/scores.*5 of 5 symbols/);
  });

  it("readiness, metrics and log name a wrong eviction policy, until it is right again", async () => {
    const [, metricsUrl = ""] = await server.printed(/"url":"(http:[^"]+\/metrics)"/);
    const metrics = async () => (await fetch(metricsUrl)).text();
    await expect.poll(metrics).toContain('pulseboard_redis_eviction_policy{policy="noeviction"} 1');
    await redis.say("CONFIG SET maxmemory-policy allkeys-lru");
    await expect.poll(degraded, { timeout: 90_000 }).toContain("redis_eviction_policy:allkeys-lru");
    expect(await metrics()).toContain('pulseboard_redis_eviction_policy{policy="allkeys-lru"} 1');
    expect(server.output()).toContain("Redis may drop documents and jobs");
    await redis.say("CONFIG SET maxmemory-policy noeviction");
    await expect.poll(degraded, { timeout: 90_000 }).not.toContain("redis_eviction_policy");
  });

  it("an operator learns that Redis cannot be reached, without seeing its password", async () => {
    const { code, stdout, stderr } = await refreshCommand({ ...env, REDIS_URL: "redis://:hunter2@127.0.0.1:1" });
    expect(code).toBe(3);
    expect(stdout + stderr).toMatch(/Redis at 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED/);
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it("both end in order on SIGTERM, also while Redis is unavailable", async () => {
    await redis.kill();
    const ends = await Promise.all([worker.stop(), server.stop()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });
});

/** The lines that a program logs from now on. */
function logSince(program: Program): () => readonly string[] {
  const start = program.output().length;
  return () => program.output().slice(start).split("\n").filter(Boolean);
}

/**
 * The warnings, errors and ends of outages among these lines, in a few words each. That data grow stale meanwhile, or the worker silent,
 * is left out: it depends on how busy the machine is.
 */
function outageLines(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => /"level":"(?:warn|error)"|"outage"/.test(line) && !line.includes('"degraded"'))
    .map((line) => {
      const { level, outage, msg, err } = JSON.parse(line);
      return [level, outage ?? msg, err?.code].filter(Boolean).join(" ");
    });
}

/** Runs `pulseboard refresh` to its end. */
function refreshCommand(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, "refresh", ...args],
      { cwd: ROOT, env: { PATH: process.env.PATH ?? "", ...env }, timeout: 90_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
