import { randomBytes } from "node:crypto";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until, untilSnapshot } from "./support/ask.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startProgram,
  startSimulatorProgram,
} from "./support/program.mts";

const TOKEN = randomBytes(32).toString("hex");
const BEARER = { Authorization: `Bearer ${TOKEN}` };
const IDLE = ['{state="waiting"} 0', '{state="active"} 0', '{state="delayed"} 0', '{state="failed"} 0'];
const PASSWORD = { Authorization: `Basic ${Buffer.from(`me:${TOKEN}`).toString("base64")}` };

describe("the operator's port of a server, with its worker elsewhere", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let phones = "";
  let operators = "";
  let workerMetrics = "";
  let env: Record<string, string> = {};

  const metricsUrl = async (program: Program): Promise<string> => {
    const [url] = await program.printed(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
    return url;
  };
  const jobs = async () =>
    [...(await (await fetch(workerMetrics)).text()).matchAll(/^pulseboard_queue_jobs(\S+ \d+)$/gm)].map(
      ([, rest = ""]) => rest,
    );
  const admin = (path: string, init: RequestInit = {}) => fetch(`${operators}/admin${path}`, init);

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    redis = await startRedis();
    simulator = await startSimulatorProgram("--seed", "12");
    env = {
      REDIS_URL: redis.url,
      // On the hour: in between there are the refresh of the start and the operator's only.
      REFRESH_CRON: hourlyCron(),
      SYMBOL_COUNT: "3",
      PORT: "0",
      HOST: "127.0.0.1",
      ADMIN_TOKEN: TOKEN,
      ...simulated(simulator.url, folder.path),
    };
    worker = startProgram("worker", [], env);
    server = startProgram("server", [], env);
    [, phones = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    operators = new URL(await metricsUrl(server)).origin;
    workerMetrics = await metricsUrl(worker);
    await untilSnapshot(phones, ({ sections }) => sections.scores.received === 3);
    // A published run is not quite done: requests until then join it.
    const isIdle = await until(async () => ((await jobs()).join() === IDLE.join() ? true : null));
    expect(isIdle).toBe(true);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await folder?.remove();
  });

  it("a refresh that is asked for with the token reaches the phones", async () => {
    const before = await untilSnapshot(phones, () => true);
    const answer = await admin("/refresh", { method: "POST", headers: BEARER });
    const { outcome, jobId } = (await answer.json()) as { outcome: string; jobId: string };
    expect({ status: answer.status, outcome }).toEqual({ status: 202, outcome: "accepted" });
    const after = await untilSnapshot(phones, ({ sequence }) => sequence > before.sequence);
    expect(after.stale).toBe(false);

    const done = await until(async () => {
      const board = await admin("/queue/api/queues?activeQueue=refresh&status=completed", { headers: PASSWORD });
      const { queues } = (await board.json()) as { queues: readonly { jobs: readonly { id: string }[] }[] };
      return queues[0]?.jobs.some(({ id }) => id === jobId) === true ? board.status : null;
    });
    expect(done, "the board has the run among those that are done").toBe(200);
  });

  it("the board is a page for a browser with the password, and changes nothing", async () => {
    expect((await admin("/queue")).status).toBe(401);
    const page = await admin("/queue", { headers: PASSWORD });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>Pulseboard</title>");
    const pause = await admin("/queue/api/queues/refresh/pause", { method: "PUT", headers: BEARER });
    expect(pause.status).toBe(405);
    expect(await redis.say("HGET pulseboard:refresh:meta paused")).toBe("$-1\r\n");
  });

  it("nothing of it is on the phones' port or the worker's, and nobody without the token gets any of it", async () => {
    for (const origin of [phones, new URL(workerMetrics).origin]) {
      for (const path of ["/admin/queue", "/admin/refresh"]) {
        expect((await fetch(origin + path, { method: "POST", headers: BEARER })).status, origin + path).toBe(404);
      }
    }
    const wrong = { Authorization: `Bearer ${TOKEN.slice(1)}` };
    for (const headers of [{}, wrong]) {
      expect((await admin("/refresh", { method: "POST", headers })).status).toBe(401);
    }
    expect(server.output()).toContain("Wrong admin token");
    expect(server.output() + worker.output()).not.toContain(TOKEN.slice(1));
  });

  it("the queue's depth can be read at the worker's, but not while Redis is unavailable", async () => {
    expect(await jobs()).toEqual(IDLE);
    await redis.kill();
    await expect.poll(jobs, { timeout: 60_000 }).toEqual([]);
    expect((await admin("/refresh", { method: "POST", headers: BEARER })).status).toBe(503);
    await redis.restart();
    await expect.poll(jobs, { timeout: 60_000 }).toEqual(IDLE);
  });

  it("with ADMIN_BOARD_WRITABLE the board can pause the queue, but no page of another site can", async () => {
    await server.stop();
    server = startProgram("server", [], { ...env, ADMIN_BOARD_WRITABLE: "true" });
    operators = new URL(await metricsUrl(server)).origin;
    const put = (path: string, headers: Record<string, string>) =>
      admin(`/queue/api/queues/refresh/${path}`, { method: "PUT", headers: { ...PASSWORD, ...headers } });
    expect((await put("pause", { Origin: "https://evil.example" })).status).toBe(403);
    expect(await redis.say("HGET pulseboard:refresh:meta paused")).toBe("$-1\r\n");
    expect((await put("pause", { Origin: operators })).status).toBe(200);
    expect(await redis.say("HGET pulseboard:refresh:meta paused")).toBe("$1\r\n1\r\n");
    expect((await put("resume", { Origin: operators })).status).toBe(200);
    expect(await redis.say("HGET pulseboard:refresh:meta paused")).toBe("$-1\r\n");
  });
});
