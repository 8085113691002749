import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Everything that a process counts: the whole catalogue, in docs/operations.md too. Names are Prometheus's. */
export interface Metrics {
  /** In Prometheus's text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
  /** outcome: "done", "failed". */
  readonly refreshes: Counter<"outcome">;
  readonly refreshDurationSeconds: Histogram;
  /** trigger: "start", "schedule", "stale"; outcome: "accepted", "joined", "failed". */
  readonly enqueues: Counter<"trigger" | "outcome">;
  /** Publications that a store did not take. */
  readonly storeErrors: Counter<"store" | "code">;
  /** Calls of memcached that failed. */
  readonly memcachedFailures: Gauge<"code">;
  readonly snapshotSequence: Gauge;
  /** 1 for the policy that Redis has, "unknown" where it does not tell. */
  readonly redisEvictionPolicy: Gauge<"policy">;
}

/** Metrics of one process, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    refreshes: new Counter({
      name: "pulseboard_refreshes_total",
      help: "Refreshes by outcome: done, failed.",
      labelNames: ["outcome"],
      registers,
    }),
    refreshDurationSeconds: new Histogram({
      name: "pulseboard_refresh_duration_seconds",
      help: "How long refreshes took that came to their end.",
      buckets: [0.5, 1, 2, 5, 10, 20, 30, 60],
      registers,
    }),
    enqueues: new Counter({
      name: "pulseboard_enqueues_total",
      help: "Requests for a refresh by trigger and outcome: accepted, joined, failed.",
      labelNames: ["trigger", "outcome"],
      registers,
    }),
    storeErrors: new Counter({
      name: "pulseboard_store_errors_total",
      help: "Publications that a store did not take, by store and code.",
      labelNames: ["store", "code"],
      registers,
    }),
    memcachedFailures: new Gauge({
      name: "pulseboard_memcached_failures",
      help: "Calls of memcached that failed since the start, by code.",
      labelNames: ["code"],
      registers,
    }),
    snapshotSequence: new Gauge({
      name: "pulseboard_snapshot_sequence",
      help: "Sequence of the newest snapshot that this process published or serves.",
      registers,
    }),
    redisEvictionPolicy: new Gauge({
      name: "pulseboard_redis_eviction_policy",
      help: "1 for Redis's maxmemory-policy; anything but noeviction may drop documents and jobs.",
      labelNames: ["policy"],
      registers,
    }),
  };
}
