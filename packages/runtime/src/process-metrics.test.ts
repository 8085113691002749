import { PerformanceObserver } from "node:perf_hooks";
import { Registry } from "prom-client";
import { afterEach, expect, it, vi } from "vitest";
import { collectProcessMetrics } from "./process-metrics.ts";

afterEach(() => vi.restoreAllMocks());

it("has the metrics of Node dashboards, under the usual names", async () => {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const text = await registry.metrics();
  for (const name of [
    "process_cpu_seconds_total",
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "nodejs_eventloop_lag_p99_seconds",
    "nodejs_active_resources_total",
    "nodejs_active_handles_total",
    "nodejs_heap_size_used_bytes",
    "nodejs_heap_space_size_total_bytes",
  ]) {
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, "gm"))].map(([, value]) =>
      Number(value),
    );
    expect(Math.max(...values), name).toBeGreaterThan(0);
  }
  expect(text).toContain(`nodejs_version_info{version="${process.version}"`);
});

it("observes no garbage collections, which would be called after each of a hundred a second", () => {
  const observe = vi.spyOn(PerformanceObserver.prototype, "observe");
  collectProcessMetrics(new Registry());
  expect(observe).not.toHaveBeenCalled();
});
