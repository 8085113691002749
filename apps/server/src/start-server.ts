import { showReasons } from "@pulseboard/runtime";
import { HISTORY_ROUTES, SCHEMA_VERSION, unixMsFromIso } from "@pulseboard/snapshot";
import { createApp } from "./app.ts";
import { createEntryHandler } from "./entry-handler.ts";
import { createHistorySource } from "./history/history-source.ts";
import { createHistoryResponder } from "./history/respond-from-history.ts";
import { createClient } from "./http/client-address.ts";
import { createCorsHeaders } from "./http/cors.ts";
import { listen } from "./http/listener.ts";
import { createRequestLimiter } from "./http/rate-limit.ts";
import { JSON_SECURITY_HEADERS, TLS_HEADERS } from "./http/security-headers.ts";
import { createRequestCounts } from "./metrics/request-counts.ts";
import { destroyUnparsed } from "./node-internals/stop-parsing.ts";
import { readPageFiles } from "./page/page-files.ts";
import type { EdgeOptions, ServerContext } from "./server-context.ts";
import { type CurrentSnapshot, createSnapshotHolder } from "./snapshot/current-snapshot.ts";
import { type LoadedSnapshot, snapshotAgeMs } from "./snapshot/loaded-snapshot.ts";
import { prepareErrorBodies } from "./snapshot/prepare-bodies.ts";
import { type Readiness, readiness } from "./snapshot/readiness.ts";
import { logReadiness } from "./snapshot/readiness-log.ts";
import { createReasons } from "./snapshot/reasons.ts";
import { createRefreshRequest } from "./snapshot/refresh-request.ts";
import { createSnapshotResponder, type RespondFromSnapshot } from "./snapshot/respond-from-snapshot.ts";
import { openSnapshotSource } from "./snapshot/snapshot-source.ts";
import { followStaleReason } from "./snapshot/stale-reason.ts";
import { watchWorker } from "./snapshot/worker-watch.ts";
import { createSnapshotSocket, type SnapshotNotice } from "./socket/snapshot-socket.ts";

export interface RunningServer {
  /** "http://127.0.0.1:8002". */
  readonly url: string;
  /** Lets requests finish, for up to `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const OPEN_EDGE: EdgeOptions = { rateLimitPerMinute: 0, trustProxy: [], corsOrigins: [] };

/**
 * Starts the read-only server: finds the newest good snapshot, prepares its bytes, and serves them.
 *
 * @throws ServerError when the port cannot be used.
 */
export async function startServer(context: ServerContext): Promise<RunningServer> {
  const {
    host,
    port,
    descriptor,
    build,
    freshForMs,
    metrics,
    pageDirectory,
    docsViewerDirectory,
    edge = OPEN_EDGE,
    durations,
    clock,
    log,
  } = context;

  metrics?.buildInfo.set({ ...build, schema_version: SCHEMA_VERSION }, 1);
  const client = createClient(edge.trustProxy);
  const corsHeaders = createCorsHeaders(edge.corsOrigins);
  const limit = edge.rateLimitPerMinute;
  const limiter = limit === 0 ? null : createRequestLimiter({ limit, durations, clock });

  const socket = createSnapshotSocket({
    addressKey: client.addressKey,
    refusedForS: (key) => limiter?.refusedForS(key) ?? 0,
    headersOf: (request) =>
      client.isBehindTls(request) ? [...JSON_SECURITY_HEADERS, ...TLS_HEADERS] : JSON_SECURITY_HEADERS,
    onRefused: (reason) => metrics?.webSocketsRefused.inc({ reason }),
    durations,
    clock,
    log,
  });
  const snapshots = createSnapshotHolder({
    onReplaced: (current) => {
      metrics?.snapshotSequence.set(current.loaded.snapshot.sequence);
      socket.announce(noticeOf(current));
    },
    onAnalysesRefused: (count) => metrics?.refusedDocuments.inc({ kind: "analysis" }, count),
    log,
  });
  const page = pageDirectory === undefined ? undefined : await readPageFiles(pageDirectory, log);
  const servedSequence = (): number => snapshots.current()?.loaded.snapshot.sequence ?? 0;
  const requestRefresh = createRefreshRequest({ ...context, servedSequence });
  const [source, worker] = await Promise.all([
    openSnapshotSource({ ...context, onSnapshot: snapshots.replace, onOlder: requestRefresh }),
    watchWorker(context),
  ]);
  await snapshots.settled();

  const startedAtMs = clock.nowMs();
  const respondWithSnapshot = createSnapshotResponder({
    snapshots,
    errorBodies: prepareErrorBodies(startedAtMs),
    requestRefresh,
    freshForMs,
    corsHeaders,
    client,
    clock,
  });
  const loadedNow = (): LoadedSnapshot | null => snapshots.current()?.loaded ?? null;
  const histories = createHistorySource(context);
  for (const route of HISTORY_ROUTES.filter(({ path }) => !path.includes("{"))) {
    // So that the first phone finds them read.
    histories.bodyOf(route, "");
  }
  const respondWithHistory = createHistoryResponder({
    source: histories,
    loaded: loadedNow,
    startedAtMs,
    corsHeaders,
    client,
  });
  const respondFromSnapshot: RespondFromSnapshot = (path, request) =>
    respondWithSnapshot(path, request) ?? respondWithHistory(path, request);
  const reasons = createReasons({
    loaded: loadedNow,
    unavailableStores: source.unavailableStores,
    others: () => context.degraded?.() ?? [],
    ofWorker: worker.reasons,
    freshForMs,
    clock,
  });
  const currentReadiness = (): Readiness => readiness(reasons.look(), build);
  const app = createApp({
    respondFromSnapshot,
    readiness: currentReadiness,
    build,
    metrics: context.metricsOnPublicPort === true && metrics !== undefined ? metrics : null,
    isBehindTls: client.isBehindTls,
    page,
    docsViewerDirectory,
    log,
  });
  const counts = metrics === undefined ? null : createRequestCounts(metrics, clock);
  const handler = createEntryHandler({ limiter, client, corsHeaders, respondFromSnapshot, app, counts, log });
  try {
    const onDropped = (reason: string) => metrics?.connectionsDropped.inc({ reason });
    const { connectionKey } = client;
    const limits = { addressKey: connectionKey, onDropped, durations };
    const listener = await listen({ host, port, descriptor, handler, cutOff: destroyUnparsed, ...limits, clock });
    socket.attach(listener.server);
    const readinessLog = logReadiness({ readiness: currentReadiness, durations, clock, log });
    const explanation = followStaleReason({ reasons: reasons.list, snapshots, durations, clock });
    metrics?.beforeRead(() => {
      metrics.webSocketListeners.set(socket.connections());
      showReasons(
        metrics,
        reasons.list().map(({ code, since, until }) => ({
          code,
          sinceMs: unixMsFromIso(since),
          untilMs: until === null ? null : unixMsFromIso(until),
        })),
      );
      const current = snapshots.current();
      const ageMs = current === null ? null : snapshotAgeMs(current.loaded, clock);
      if (ageMs === null) {
        metrics.snapshotAgeSeconds.remove();
      } else {
        metrics.snapshotAgeSeconds.set(ageMs / 1000);
      }
    });
    return {
      url: listener.url,
      close: async (graceMs) => {
        readinessLog.close();
        explanation.close();
        const drainMs = Math.min(durations.drainMs, graceMs / 2);
        try {
          await socket.close(drainMs);
          await listener.close(graceMs - drainMs);
        } finally {
          // Last: whoever is still answered here, and meanwhile by the next server too, must not see the sequence go back.
          source.close();
          worker.close();
        }
      },
    };
  } catch (error) {
    source.close();
    worker.close();
    throw error;
  }
}

/** The message that tells phones to fetch this snapshot. */
function noticeOf({ loaded, bodies }: CurrentSnapshot): SnapshotNotice {
  const { sequence, timestamp } = loaded.snapshot;
  return { sequence, timestamp, etag: bodies.get("/api/dashboard/mobile-data")?.fresh.identity.etag ?? "" };
}
