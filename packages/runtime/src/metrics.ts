// Imported past the library's entry, which brings OpenTelemetry along: a twentieth of the server's cold start.
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import Registry from "prom-client/lib/registry.js";
import { collectProcessMetrics } from "./process-metrics.ts";

/** Everything that a process counts: the whole catalogue, in docs/operations.md too. Names are Prometheus's. */
export interface Metrics extends ReturnType<typeof createCatalogue> {
  /** In Prometheus's text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
  /**
   * Calls `fill` before each reading and waits for it: for figures that are kept as plain numbers, depend on the moment of the
   * reading, or come from another program. It must not fail.
   */
  readonly beforeRead: (fill: () => void | Promise<void>) => void;
}

/** Metrics of one process, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const fills: (() => void | Promise<void>)[] = [];
  collectProcessMetrics(registry);
  return {
    ...createCatalogue(registry),
    text: async () => {
      await Promise.all(fills.map((fill) => fill()));
      return registry.metrics();
    },
    contentType: registry.contentType,
    beforeRead: (fill) => void fills.push(fill),
  };
}

function createCatalogue(registry: Registry) {
  return { ...serverMetrics(registry), ...workerMetrics(registry), ...sharedMetrics(registry) };
}

function serverMetrics(registry: Registry) {
  const { counter, gauge, histogram } = metricsOf(registry);
  return {
    httpRequests: counter("pulseboard_http_requests_total", "HTTP requests answered.", [
      "route",
      "status",
      "representation",
    ]),
    httpRequestDurationSeconds: histogram(
      "pulseboard_http_request_duration_seconds",
      "From the request's headers to the answer handed to its socket; every eighth request.",
      [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 1],
    ),
    snapshotAnswers: counter(
      "pulseboard_snapshot_answers_total",
      "Answers of the snapshot's routes: fresh, stale, error.",
      ["freshness"],
    ),
    snapshotAgeSeconds: gauge("pulseboard_snapshot_age_seconds", "Age of the snapshot that is served."),
    webSocketListeners: gauge("pulseboard_websocket_listeners", "Open WebSockets."),
    webSocketsRefused: counter("pulseboard_websockets_refused_total", "WebSockets asked for and not opened.", [
      "reason",
    ]),
    connectionsDropped: counter(
      "pulseboard_connections_dropped_total",
      "Connections cut off because they, or their requests, were too many.",
      ["reason"],
    ),
  };
}

function workerMetrics(registry: Registry) {
  const { counter, gauge, histogram } = metricsOf(registry);
  const refreshBuckets = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60];
  return {
    refreshes: counter("pulseboard_refreshes_total", "Refreshes by outcome: done, failed.", ["outcome"]),
    refreshFailures: counter("pulseboard_refresh_failures_total", "Refreshes that failed, by the error's code.", [
      "code",
    ]),
    refreshDurationSeconds: histogram(
      "pulseboard_refresh_duration_seconds",
      "How long refreshes took that came to their end.",
      refreshBuckets,
    ),
    refreshPhaseDurationSeconds: histogram(
      "pulseboard_refresh_phase_duration_seconds",
      "The same by phase: market, symbols, reference, publish.",
      refreshBuckets,
      ["phase"],
    ),
    refreshLastSuccessTimestampSeconds: gauge(
      "pulseboard_refresh_last_success_timestamp_seconds",
      "When a refresh last succeeded, also in an earlier process; Unix seconds.",
    ),
    exchangePausedUntilSeconds: gauge(
      "pulseboard_exchange_paused_until_seconds",
      "Until when the exchange is not asked, Unix seconds; no line without a pause.",
      ["scope", "code"],
    ),
    exchangeRequests: counter(
      "pulseboard_exchange_requests_total",
      "Requests sent to the exchange: ok, or what went wrong.",
      ["endpoint", "outcome"],
    ),
    exchangeBudgetUsed: gauge(
      "pulseboard_exchange_budget_used",
      "Requests that hold a place in the exchange's present window.",
    ),
    exchangeBudgetLimit: gauge(
      "pulseboard_exchange_budget_limit",
      "Most requests that we let ourselves have in a window.",
    ),
    collectionProblems: counter(
      "pulseboard_collection_problems_total",
      "What a refresh went on without, by endpoint and code.",
      ["endpoint", "code"],
    ),
    symbolsExpected: gauge("pulseboard_symbols_expected", "Symbols chosen for scoring in the last refresh."),
    symbolsScored: gauge("pulseboard_symbols_scored", "Symbols of these that were scored."),
    queueJobs: gauge("pulseboard_queue_jobs", "Refreshes in the queue: waiting, active, delayed, failed.", ["state"]),
    sectionAgeSeconds: gauge("pulseboard_section_age_seconds", "Age of the data that each section was last made of.", [
      "section",
    ]),
  };
}

function sharedMetrics(registry: Registry) {
  const { counter, gauge } = metricsOf(registry);
  return {
    buildInfo: gauge("pulseboard_build_info", "1; the labels say which build of the program this is.", [
      "version",
      "commit",
      "schema_version",
    ]),
    enqueues: counter(
      "pulseboard_enqueues_total",
      "Requests for a refresh by trigger and outcome: accepted, joined, failed.",
      ["trigger", "outcome"],
    ),
    storeErrors: counter("pulseboard_store_errors_total", "Reads and publications that failed, by store and code.", [
      "store",
      "operation",
      "code",
    ]),
    refusedDocuments: counter(
      "pulseboard_refused_documents_total",
      "Documents found in a store and not used: publication, analysis, alerts, history.",
      ["kind"],
    ),
    historyRefreshes: counter(
      "pulseboard_history_refreshes_total",
      "Refreshes by what became of them in the history: kept, not_newer, waiting (another process writes it), lost.",
      ["outcome"],
    ),
    memcachedFailures: gauge(
      "pulseboard_memcached_failures",
      "Calls of memcached that failed since the start, by code.",
      ["code"],
    ),
    snapshotSequence: gauge(
      "pulseboard_snapshot_sequence",
      "Sequence of the newest snapshot that this process published or serves.",
    ),
    degraded: gauge(
      "pulseboard_degraded",
      "1 for each reason in /readyz's list; of a worker alone, for each that it gives to the server.",
      ["reason"],
    ),
    degradedSince: gauge("pulseboard_degraded_since_seconds", "When each of those reasons began, Unix seconds.", [
      "reason",
    ]),
    degradedUntil: gauge(
      "pulseboard_degraded_until_seconds",
      "When each of those reasons ends, Unix seconds, where that is known.",
      ["reason"],
    ),
    redisEvictionPolicy: gauge(
      "pulseboard_redis_eviction_policy",
      "1 for Redis's maxmemory-policy; anything but noeviction may drop documents and jobs.",
      ["policy"],
    ),
  };
}

function metricsOf(registry: Registry) {
  const registers = [registry];
  return {
    counter: <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter({ name, help, labelNames, registers }),
    gauge: <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) => {
      const gauge = new Gauge({ name, help, labelNames, registers });
      // The library begins with 0, which would be a made-up figure until there is one.
      if (labelNames.length === 0) {
        gauge.remove();
      }
      return gauge;
    },
    histogram: <Label extends string = never>(
      name: string,
      help: string,
      buckets: readonly number[],
      labelNames: readonly Label[] = [],
    ) => new Histogram({ name, help, buckets: [...buckets], labelNames, registers }),
  };
}
