import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, BEARER, PASSWORD, startTestAdmin } from "../testing/test-admin.ts";
import { WRONG_TOKENS_PER_MINUTE } from "./guard.ts";

const WRONG = { Authorization: `Bearer ${ADMIN_TOKEN.slice(0, -1)}` };

describe("the operator's port", () => {
  it("has no admin surface without a token, whatever is sent", async () => {
    const { get } = await startTestAdmin({ token: null });
    expect((await get("/admin/refresh", { method: "POST", headers: BEARER })).status).toBe(404);
    expect((await get("/admin/queue", { headers: PASSWORD })).status).toBe(404);
    expect((await get("/metrics")).status).toBe(200);
  });

  it("answers /metrics without a token, next to the admin routes", async () => {
    const { get } = await startTestAdmin();
    expect(await (await get("/metrics")).text()).toContain("pulseboard_enqueues_total");
    expect((await get("/elsewhere")).status).toBe(404);
  });
});

it.each([
  { what: "more than 1 KB", body: "x".repeat(1025), status: 413 },
  {
    what: "of unknown length",
    body: () =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode("x"));
          controller.close();
        },
      }),
    status: 411,
  },
])("a body $what is refused", async ({ body, status }) => {
  const { get, queue } = await startTestAdmin({ boardWritable: true });
  const send = () => (typeof body === "string" ? body : body());
  for (const path of ["/admin/refresh", "/admin/queue/api/queues/refresh/add", "/elsewhere"]) {
    const init = { method: "POST", headers: BEARER, body: send(), duplex: "half" } as RequestInit;
    expect((await get(path, init)).status).toBe(status);
  }
  expect(await queue.enqueue("schedule")).toMatchObject({ outcome: "accepted" });
});

describe("a client without the token", () => {
  it.each(["/admin", "/admin/refresh", "/admin/queue", "/admin/queue/static/favicon.ico", "/ADMIN/QUEUE", "/admin/x"])(
    "gets nothing of %s, and is asked for the token",
    async (path) => {
      const { get } = await startTestAdmin();
      for (const headers of [{}, WRONG, { Authorization: "Basic bm9uZQ==" }]) {
        const answer = await get(path, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm=.+Bearer realm=/);
        expect(await answer.json()).toMatchObject({ status: "error", error: "unauthorized" });
      }
    },
  );

  it("adds no refresh", async () => {
    const { get, queue } = await startTestAdmin();
    expect((await get("/admin/refresh", { method: "POST", headers: WRONG })).status).toBe(401);
    expect(await queue.enqueue("schedule")).toMatchObject({ outcome: "accepted" });
  });

  it("is refused after ten wrong tokens, even with the right one, until the minute is over", async () => {
    const { get, clock } = await startTestAdmin();
    for (let attempt = 0; attempt < WRONG_TOKENS_PER_MINUTE; attempt++) {
      expect((await get("/admin", { headers: WRONG })).status).toBe(401);
    }
    const refused = await get("/admin", { headers: BEARER });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect((await get("/metrics")).status).toBe(200);
    await clock.advance(60_000);
    expect((await get("/admin", { headers: BEARER })).status).toBe(404);
  });

  it("may ask without a token as often as a browser does", async () => {
    const { get } = await startTestAdmin();
    for (let attempt = 0; attempt <= WRONG_TOKENS_PER_MINUTE; attempt++) {
      await get("/admin/queue");
    }
    expect((await get("/admin", { headers: BEARER })).status).toBe(404);
  });

  it("leaves a line in the log, without the token that it tried", async () => {
    const { get, lines } = await startTestAdmin();
    await get("/admin", { headers: WRONG });
    await get("/admin/refresh", { method: "POST", headers: BEARER });
    expect(lines).toContainEqual(expect.objectContaining({ level: "warn", msg: "Wrong admin token" }));
    expect(JSON.stringify(lines)).not.toContain(ADMIN_TOKEN.slice(0, -1));
  });
});

describe("POST /admin/refresh", () => {
  const post = (headers: Record<string, string>) => ({ method: "POST", headers });

  it("adds an operator's refresh: 202 when a new run will happen, 200 when one that waits serves it too", async () => {
    const { get } = await startTestAdmin();
    const first = await get("/admin/refresh", post(BEARER));
    expect(first.status).toBe(202);
    expect(first.headers.get("cache-control")).toBe("no-store");
    const added = Object(await first.json());
    expect(added).toEqual({ outcome: "accepted", jobId: expect.any(String), state: "waiting" });
    const second = await get("/admin/refresh", post(BEARER));
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual({ outcome: "joined", jobId: added.jobId, state: "waiting" });
    const metrics = await (await get("/metrics")).text();
    expect(metrics).toContain('pulseboard_enqueues_total{trigger="operator",outcome="accepted"} 1');
    expect(metrics).toContain('pulseboard_enqueues_total{trigger="operator",outcome="joined"} 1');
  });

  it("accepts no password: a browser would send it along with another site's form", async () => {
    const { get, queue } = await startTestAdmin();
    const answer = await get("/admin/refresh", post(PASSWORD));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: "bearer_only" });
    expect(await queue.enqueue("schedule")).toMatchObject({ outcome: "accepted" });
  });

  it.each([
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "http://127.0.0.1:1" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])("is not for pages of other sites: %o", async (headers) => {
    const { get, queue } = await startTestAdmin();
    const { Origin = "", "Sec-Fetch-Site": site = "" } = { ...headers };
    const fromThere = {
      ...BEARER,
      ...(Origin === "" ? {} : { Origin }),
      ...(site === "" ? {} : { "Sec-Fetch-Site": site }),
    };
    expect((await get("/admin/refresh", post(fromThere))).status).toBe(403);
    expect(await queue.enqueue("schedule")).toMatchObject({ outcome: "accepted" });
  });

  it("accepts requests from its own pages", async () => {
    const { get, origin } = await startTestAdmin();
    expect((await get("/admin/refresh", post({ ...BEARER, Origin: origin }))).status).toBe(202);
  });

  it("accepts POST only", async () => {
    const { get } = await startTestAdmin();
    const answer = await get("/admin/refresh", { headers: BEARER });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  it("reports when the queue cannot be reached", async () => {
    const { get, queue, lines } = await startTestAdmin();
    await queue.close();
    const answer = await get("/admin/refresh", post(BEARER));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: "error", error: "queue_away" });
    expect(lines).toContainEqual(expect.objectContaining({ level: "warn" }));
    expect(await (await get("/metrics")).text()).toContain('{trigger="operator",outcome="failed"} 1');
  });
});

it("/admin/queue explains why there is no board for a queue within the process", async () => {
  const { get } = await startTestAdmin();
  const answer = await get("/admin/queue", { headers: PASSWORD });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: "no_board", message: expect.stringContaining("REDIS_URL") });
});
