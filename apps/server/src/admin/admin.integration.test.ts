import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { type BullQueue, createBullQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { describe, expect, it, onTestFinished } from "vitest";
import { BEARER, PASSWORD, startTestAdmin, type TestAdmin } from "../testing/test-admin.ts";

async function startOverRedis({ boardWritable = false } = {}): Promise<{
  admin: TestAdmin;
  bull: BullQueue;
  redis: TestRedis;
}> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const log = createLogger({ level: "silent", pretty: false });
  const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
  const connection = connectRedis({ keyPrefix: "", url: redis.url, ...tools, durations: REDIS_DURATIONS });
  onTestFinished(() => connection.close());
  const bull = createBullQueue({ redis: connection, ...tools, durations: REFRESH_DURATIONS });
  onTestFinished(() => bull.queue.close());
  const admin = await startTestAdmin({ queue: bull.queue, boardQueue: bull.boardQueue, boardWritable });
  return { admin, bull, redis };
}

it("an operator's refresh is in Redis, with its trigger", async () => {
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

it("the board loads nothing from outside: its policy allows no other origin and no inline script", async () => {
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

describe("a board that may write", () => {
  const PAUSE = "/admin/queue/api/queues/refresh/pause";
  const RESUME = "/admin/queue/api/queues/refresh/resume";

  async function startWritable() {
    const { admin, bull } = await startOverRedis({ boardWritable: true });
    const put = (path: string, headers: Record<string, string>) => admin.get(path, { method: "PUT", headers });
    const isPaused = async () => (await bull.boardQueue()).isPaused();
    return { admin, bull, put, isPaused };
  }

  it("changes the queue for its own page, which sends the password, and for a program with the token", async () => {
    const { admin, put, isPaused } = await startWritable();
    expect((await put(PAUSE, { ...PASSWORD, Origin: admin.origin })).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await put(RESUME, { ...PASSWORD, "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
    expect(await isPaused()).toBe(false);
    expect((await put(PAUSE, BEARER)).status).toBe(200);
    expect(await isPaused()).toBe(true);
    const changes = admin.lines.filter(({ msg }) => msg === "An operator changes the queue on the board");
    expect(changes).toHaveLength(3);
  });

  it.each([
    ["no token", 401, {}],
    ["a wrong token", 401, { Authorization: "Bearer wrong", Origin: "SELF" }],
    ["the password without an origin", 403, PASSWORD],
    ["the password from another site", 403, { ...PASSWORD, Origin: "https://evil.example" }],
    ["the password from a page without an origin", 403, { ...PASSWORD, Origin: "null" }],
    ["the password from another port", 403, { ...PASSWORD, "Sec-Fetch-Site": "same-site" }],
    ["the password that a typed address sends", 403, { ...PASSWORD, "Sec-Fetch-Site": "none" }],
    ["the token from another site", 403, { ...BEARER, Origin: "https://evil.example" }],
    ["the token from another site that hides", 403, { ...BEARER, "Sec-Fetch-Site": "cross-site" }],
  ])("changes nothing for %s", async (_, status, headers: Record<string, string>) => {
    const { admin, put, isPaused } = await startWritable();
    const { Origin: origin } = headers;
    const sent = origin === "SELF" ? { ...headers, Origin: admin.origin } : headers;
    expect((await put(PAUSE, sent)).status).toBe(status);
    expect(await isPaused()).toBe(false);
  });

  it("still accepts no password for a refresh", async () => {
    const { admin, bull } = await startWritable();
    const headers = { ...PASSWORD, Origin: admin.origin };
    expect((await admin.get("/admin/refresh", { method: "POST", headers })).status).toBe(403);
    expect(await bull.queue.depth()).toMatchObject({ waiting: 0 });
  });

  it("refuses a malformed body, without a stack", async () => {
    const { admin } = await startWritable();
    const headers = { ...BEARER, "Content-Type": "application/json" };
    const answer = await admin.get("/admin/queue/api/queues/refresh/add", { method: "POST", headers, body: "{" });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/at |node_modules/);
  });
});

it("during an outage of Redis both report it soon, and recover by themselves", async () => {
  const { admin, redis } = await startOverRedis();
  expect((await admin.get("/admin/queue", { headers: PASSWORD })).status).toBe(200);
  await redis.kill();
  for (const [path, init] of [
    ["/admin/refresh", { method: "POST", headers: BEARER }],
    ["/admin/queue/api/queues", { headers: PASSWORD }],
  ] as const) {
    const answer = await admin.get(path, init);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: "queue_away" });
  }
  await redis.restart();
  await expect
    .poll(async () => (await admin.get("/admin/queue/api/queues", { headers: PASSWORD })).status, { timeout: 10_000 })
    .toBe(200);
  expect((await admin.get("/admin/refresh", { method: "POST", headers: BEARER })).status).toBe(202);
});
