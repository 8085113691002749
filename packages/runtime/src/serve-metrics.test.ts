import { expect, test } from "vitest";
import { RUNTIME_DURATIONS } from "./durations.ts";
import { createMetrics } from "./metrics.ts";
import { serveMetrics } from "./serve-metrics.ts";

test("metrics are read over HTTP, in Prometheus's format, and nothing else is there", async () => {
  const metrics = createMetrics();
  metrics.redisEvictionPolicy.set({ policy: "allkeys-lru" }, 1);
  metrics.enqueues.inc({ trigger: "stale", outcome: "joined" });
  const server = await serveMetrics({ durations: RUNTIME_DURATIONS, host: "127.0.0.1", port: 0, metrics });
  try {
    const response = await fetch(server.url);
    expect(response.headers.get("content-type")).toContain("text/plain");
    const text = await response.text();
    expect(text).toContain('pulseboard_redis_eviction_policy{policy="allkeys-lru"} 1');
    expect(text).toContain('pulseboard_enqueues_total{trigger="stale",outcome="joined"} 1');
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect((await fetch(new URL("/", server.url))).status).toBe(404);
    expect((await fetch(server.url, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${server.url}?x=1`)).status).toBe(200);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
    const long = await fetch(server.url, { method: "POST", body: "x".repeat(1025) });
    expect([long.status, long.headers.get("connection")]).toEqual([413, "close"]);
  } finally {
    await server.close();
  }
});

test("extra routes answer everything but /metrics", async () => {
  const extraRoutes = (_request: unknown, response: { end(text: string): void }): void => response.end("others");
  const server = await serveMetrics({
    durations: RUNTIME_DURATIONS,
    host: "127.0.0.1",
    port: 0,
    metrics: createMetrics(),
    extraRoutes,
  });
  try {
    expect(await (await fetch(new URL("/admin", server.url))).text()).toBe("others");
    expect(await (await fetch(server.url)).text()).toContain("nodejs_eventloop_lag_seconds");
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
  } finally {
    await server.close();
  }
});

test("metrics that cannot be read are one line without details", async () => {
  const metrics = createMetrics();
  metrics.beforeRead(() => {
    throw new TypeError("cannot read /etc/secret");
  });
  const server = await serveMetrics({ durations: RUNTIME_DURATIONS, host: "127.0.0.1", port: 0, metrics });
  try {
    const response = await fetch(server.url);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("Metrics cannot be read (TypeError).\n");
  } finally {
    await server.close();
  }
});

test("a port that is taken is one clear error that names the variable", async () => {
  const metrics = createMetrics();
  const first = await serveMetrics({ durations: RUNTIME_DURATIONS, host: "127.0.0.1", port: 0, metrics });
  const port = Number(new URL(first.url).port);
  await expect(serveMetrics({ durations: RUNTIME_DURATIONS, host: "127.0.0.1", port, metrics })).rejects.toMatchObject({
    code: "metrics_port",
    hint: expect.stringContaining("ADMIN_PORT"),
  });
  await first.close();
});
