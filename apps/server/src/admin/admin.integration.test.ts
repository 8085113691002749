import { type BullQueue, createBullQueue } from "@pulseboard/refresh";
import { createLogger } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { startRedis, type TestRedis } from "../../../../packages/storage/src/testing/servers.ts";
import { BEARER, PASSWORD, startTestAdmin, type TestAdmin } from "../testing/test-admin.ts";

async function startOverRedis(): Promise<{ admin: TestAdmin; bull: BullQueue; redis: TestRedis }> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const bull = createBullQueue({ redisUrl: redis.url, log: createLogger({ level: "silent", pretty: false }) });
  onTestFinished(() => bull.queue.close());
  const admin = await startTestAdmin({ queue: bull.queue, boardQueue: bull.boardQueue });
  return { admin, bull, redis };
}

it("a refresh that an operator asks for lies in Redis, as an operator's", async () => {
  const { admin, bull } = await startOverRedis();
  const answer = await admin.get("/admin/refresh", { method: "POST", headers: BEARER });
  expect(answer.status).toBe(202);
  const { jobId, state } = Object(await answer.json());
  expect(state).toBe("waiting");
  expect(await bull.records.find(jobId)).toMatchObject({ trigger: "operator", state: "waiting" });
  expect((await admin.get("/admin/refresh", { method: "POST", headers: BEARER })).status).toBe(200);
});

it("the board loads: its page, every script and style that the page names, and the queue", async () => {
  const { admin } = await startOverRedis();
  await admin.get("/admin/refresh", { method: "POST", headers: BEARER });
  const look = (path: string) => admin.get(path, { headers: PASSWORD });

  const page = await look("/admin/queue");
  expect(page.status).toBe(200);
  expect(page.headers.get("x-powered-by")).toBeNull();
  const html = await page.text();
  expect(html).toContain("<title>Pulseboard</title>");
  const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? "";
  const files = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const answer = await look(base + file);
    expect([file, answer.status]).toEqual([file, 200]);
    await answer.arrayBuffer();
  }

  const queues = await (await look("/admin/queue/api/queues?activeQueue=refresh&status=prioritized")).json();
  expect(queues).toEqual({
    queues: [
      expect.objectContaining({
        name: "refresh",
        readOnlyMode: true,
        counts: expect.objectContaining({ prioritized: 1 }),
      }),
    ],
  });
});

it("the board loads nothing from outside: its policy names no other place, and no script within the page", async () => {
  const { admin } = await startOverRedis();
  const page = await admin.get("/admin/queue", { headers: PASSWORD });
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline|upgrade-insecure-requests/);
  for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
    expect(policy.split("; ")).toContain(rule);
  }
});

it.each([
  ["PUT", "/api/queues/pause"],
  ["PUT", "/api/queues/refresh/pause"],
  ["PUT", "/api/queues/refresh/empty"],
  ["PUT", "/api/queues/refresh/obliterate"],
  ["POST", "/api/queues/refresh/add"],
  ["PUT", "/api/queues/refresh/JOB/clean"],
  ["DELETE", "/api/queues/refresh/JOB"],
])("the board is read-only: %s %s changes nothing", async (method, path) => {
  const { admin, bull } = await startOverRedis();
  const { jobId } = await bull.queue.enqueue("operator");
  const answer = await admin.get(`/admin/queue${path.replace("JOB", jobId)}`, { method, headers: BEARER });
  expect(answer.status).toBe(405);
  expect(await bull.records.find(jobId)).toMatchObject({ state: "waiting" });
  const queue = await bull.boardQueue();
  expect(await queue.isPaused()).toBe(false);
  expect(await queue.getJobCountByTypes("waiting", "prioritized")).toBe(1);
});

it("while Redis is away both say so soon, and they come back by themselves", async () => {
  const { admin, redis } = await startOverRedis();
  expect((await admin.get("/admin/queue", { headers: PASSWORD })).status).toBe(200);
  await redis.kill();
  for (const [path, init] of [
    ["/admin/refresh", { method: "POST", headers: BEARER }],
    ["/admin/queue/api/queues", { headers: PASSWORD }],
  ] as const) {
    const askedAtMs = performance.now();
    const answer = await admin.get(path, init);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: "queue_away" });
    expect(performance.now() - askedAtMs).toBeLessThan(6000);
  }
  await redis.restart();
  await expect
    .poll(async () => (await admin.get("/admin/queue/api/queues", { headers: PASSWORD })).status, { timeout: 10_000 })
    .toBe(200);
  expect((await admin.get("/admin/refresh", { method: "POST", headers: BEARER })).status).toBe(202);
});
