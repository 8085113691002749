import { type Clock, type Logger, sleepUnlessAborted, systemClock } from "@pulseboard/runtime";
import { createFront } from "./front.ts";
import { snapshotAgeMs } from "./held-snapshot.ts";
import { createClient } from "./http/client-address.ts";
import { createCorsHeaders } from "./http/cors.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import { JSON_SECURITY_HEADERS, TLS_HEADERS } from "./http/security-headers.ts";
import { listen } from "./http-listener.ts";
import { handleLater, loadLater } from "./load-later.ts";
import { readPageFiles } from "./page/page-files.ts";
import type { PageFiles } from "./page/page-router.ts";
import { prepareErrorBodies } from "./prepared-bodies.ts";
import { readiness } from "./readiness.ts";
import { createRefreshRequest } from "./refresh-request.ts";
import { createRequestCounts } from "./request-counts.ts";
import type { EdgeOptions, ServerContext } from "./server-context.ts";
import { createServing, type Serving } from "./serving.ts";
import { createSnapshotAnswer } from "./snapshot-answer.ts";
import { openSnapshotSource, type SnapshotSource } from "./snapshot-source.ts";
import { type AttachedSocket, attachSocket, type SnapshotNotice } from "./socket/attach-socket.ts";

export interface RunningServer {
  /** "http://127.0.0.1:8002". */
  readonly url: string;
  /** Requests at hand finish, up to `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** How long listeners have to answer a goodbye. */
const SOCKET_GOODBYE_MS = 500;

/**
 * Redis's client takes a tenth of a second to load, in which those who wait for a server that starts can have their answer. Not
 * longer: what the disk has may be older.
 */
const FOLLOW_OTHERS_AFTER_MS = 50;

/**
 * Express and the WebSocket library take as long to load as it takes to serve a snapshot without them. Whoever asks for what
 * they do before this time waits a moment.
 */
const LOAD_REST_AFTER_MS = 1000;

const OPEN_EDGE: EdgeOptions = { rateLimitPerMinute: 0, trustProxy: [], corsOrigins: [] };

/**
 * Starts the read-only server: finds the newest good snapshot, prepares its bytes, and answers from them.
 *
 * @throws ServerError when the port cannot be had.
 */
export async function startServer(context: ServerContext): Promise<RunningServer> {
  const { host, port, freshForMs, metrics, pageDirectory, clock, log, edge = OPEN_EDGE } = context;
  let socket: AttachedSocket | null = null;
  const serving = createServing({
    log,
    onAnalysesRefused: (count) => metrics?.refusedDocuments.inc({ kind: "analysis" }, count),
    onServed: (served) => {
      metrics?.snapshotSequence.set(served.held.snapshot.sequence);
      socket?.announce(noticeOf(served));
    },
  });
  const source = await openSnapshotSource({ ...context, onSnapshot: serving.take });
  await serving.settled();

  const client = createClient(edge.trustProxy);
  const corsHeaders = createCorsHeaders(edge.corsOrigins);
  const { rateLimitPerMinute: perMinute } = edge;
  const answerSnapshot = createSnapshotAnswer({
    serving: serving.current,
    symbolsSettled: serving.symbolsSettled,
    ...prepareErrorBodies(clock.nowMs()),
    requestRefresh: createRefreshRequest(context),
    freshForMs,
    corsHeaders,
    client,
    clock,
  });
  const app = loadLater(async () => {
    const { createApp } = await import("./app.ts");
    const page = pageDirectory === undefined ? undefined : await readPage(pageDirectory, log);
    return createApp({
      answerSnapshot,
      readiness: () =>
        readiness({
          held: serving.current()?.held ?? null,
          storesAway: source.storesAway(),
          others: context.degraded?.() ?? [],
          clock,
          freshForMs,
        }),
      metrics: context.metricsOnPublicPort === true && metrics !== undefined ? metrics : null,
      isBehindTls: client.isBehindTls,
      ...(page === undefined ? {} : { page }),
      log,
    });
  });
  const limiter = perMinute === 0 ? null : createRateLimiter({ perMinute, clock });
  const counts = metrics === undefined ? null : createRequestCounts(metrics);
  const handler = createFront({
    limiter,
    client,
    corsHeaders,
    answerSnapshot,
    app: handleLater(app, log),
    counts,
    log,
  });
  try {
    // Sockets close in real time, whatever clock dates the snapshots.
    const onDropped = (reason: string) => metrics?.connectionsDropped.inc({ reason });
    const listener = await listen({ host, port, clock: systemClock, handler, onDropped });
    const attached = attachSocket({
      server: listener.server,
      current: () => {
        const served = serving.current();
        return served === null ? null : noticeOf(served);
      },
      addressKey: client.addressKey,
      refusedForS: (addressKey) => limiter?.refusedForS(addressKey) ?? 0,
      headersOf: (request) =>
        client.isBehindTls(request) ? [...JSON_SECURITY_HEADERS, ...TLS_HEADERS] : JSON_SECURITY_HEADERS,
      onRefused: (reason) => metrics?.webSocketsRefused.inc({ reason }),
      clock: systemClock,
      log,
    });
    socket = attached;
    const closing = new AbortController();
    void followOthers(source, closing.signal);
    void loadRest([app.load, attached.load], {
      clock: systemClock,
      signal: closing.signal,
      log,
    });
    metrics?.beforeRead(() => {
      metrics.webSocketListeners.set(attached.connections());
      const held = serving.current()?.held;
      if (held !== undefined) {
        metrics.snapshotAgeSeconds.set(snapshotAgeMs(held, clock) / 1000);
      }
    });
    return {
      url: listener.url,
      close: async (graceMs) => {
        source.close();
        closing.abort();
        const goodbyeMs = Math.min(SOCKET_GOODBYE_MS, graceMs / 2);
        await attached.close(goodbyeMs);
        await listener.close(graceMs - goodbyeMs);
      },
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

async function followOthers(source: SnapshotSource, signal: AbortSignal): Promise<void> {
  if (await sleepUnlessAborted(systemClock, FOLLOW_OTHERS_AFTER_MS, signal)) {
    source.followOthers();
  }
}

/** One after the other, so that requests come between; what cannot be loaded is tried again when it is needed. */
async function loadRest(
  loads: readonly (() => Promise<unknown>)[],
  { clock, signal, log }: { readonly clock: Clock; readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  for (const load of loads) {
    if (!(await sleepUnlessAborted(clock, LOAD_REST_AFTER_MS, signal))) {
      return;
    }
    try {
      await load();
    } catch (err) {
      log.error({ err }, "A part of the server could not be loaded");
    }
  }
}

/** What tells a listener that there is something to fetch. */
function noticeOf({ held, bodies }: Serving): SnapshotNotice {
  const { sequence, timestamp } = held.snapshot;
  return { sequence, timestamp, etag: bodies.get("/api/dashboard/mobile-data")?.fresh.identity.etag ?? "" };
}

/** Without the page the data is served all the same. */
async function readPage(directory: string, log: Logger): Promise<PageFiles> {
  const page = await readPageFiles(directory);
  if (page === null) {
    log.warn({ directory }, "The phone page has not been built: /mobile answers 503");
  }
  return page;
}
