import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS, type RedisConnection } from "@pulseboard/redis";
import { createBullQueue, REFRESH_DURATIONS, type RefreshReport } from "@pulseboard/refresh";
import { createLogger, createMetrics, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { createRefreshRequests, type RefreshRequests } from "./refresh-requests.ts";
import { createWorkerReasons } from "./status/worker-reasons.ts";

const report: RefreshReport = { sequence: 1, scored: 1, expected: 1, tookMs: 1, sources: [] };

describe("the worker's refreshes", () => {
  let redis: TestRedis;
  let connection: RedisConnection;
  let queue: ReturnType<typeof createBullQueue>;
  let requests: RefreshRequests;
  let lines: string[];
  let runs: number;
  let atOnce: number;
  let mostAtOnce: number;

  beforeEach(async () => {
    redis = await startRedis();
    lines = [];
    runs = 0;
    atOnce = 0;
    mostAtOnce = 0;
    const log = createLogger({ level: "warn", pretty: false, destination: { write: (line) => void lines.push(line) } });
    const outages = createOutageLog(log, systemClock, RUNTIME_DURATIONS);
    connection = connectRedis({
      keyPrefix: "",
      url: redis.url,
      outages,
      clock: systemClock,
      durations: REDIS_DURATIONS,
    });
    queue = createBullQueue({ redis: connection, log, clock: systemClock, durations: REFRESH_DURATIONS });
    requests = createRefreshRequests({
      queue: queue.queue,
      consume: queue.consume,
      periodMs: 1_000,
      durations: WORKER_DURATIONS,
      reasons: createWorkerReasons(systemClock),
      metrics: createMetrics(),
      clock: systemClock,
      log,
      outages,
      run: async () => {
        runs += 1;
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await delay(200);
        atOnce -= 1;
        return report;
      },
    });
  });

  afterEach(async () => {
    await requests.close(2_000);
    await queue.queue.close();
    await connection.close();
    await redis.stop();
  });

  it("go through the queue", async () => {
    void requests.request("start");
    await expect.poll(() => runs, { timeout: 5_000 }).toBe(1);
    expect(lines).toEqual([]);
  });

  it("go on without it while Redis is unavailable, one at a time, with one line about the outage", async () => {
    await redis.kill();
    for (let tick = 0; tick < 5; tick++) {
      void requests.request("schedule");
      void requests.request("schedule");
      await delay(300);
    }
    await expect.poll(() => runs, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(mostAtOnce).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ outage: "redis" })]);
  });

  it("never overlap when the queue comes back with another job", async () => {
    await redis.kill();
    void requests.request("schedule");
    await redis.restart();
    const deadline = performance.now() + 8_000;
    while (performance.now() < deadline) {
      void requests.request("schedule");
      await queue.queue.enqueue("operator").catch(() => undefined);
      await delay(50);
    }
    expect(runs).toBeGreaterThan(5);
    expect(mostAtOnce).toBe(1);
  });
});
