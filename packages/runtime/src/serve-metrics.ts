import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RuntimeDurations } from "./durations.ts";
import { PulseboardError } from "./errors.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricsServer {
  /** "http://127.0.0.1:9002/metrics". */
  readonly url: string;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Answers everything but /metrics; left out: 404. */
  readonly extraRoutes?: RequestListener;
  readonly durations: RuntimeDurations;
}

/** Enough for an operator and a Prometheus. */
const MAX_CONNECTIONS = 100;
/** No request here needs more. */
const MAX_BODY_BYTES = 1024;
const PLAIN_TEXT = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };

/**
 * Serves `GET /metrics` on the operator's port, which phones do not reach, and leaves the rest of that port to `extraRoutes`.
 *
 * @throws PulseboardError when the port cannot be used
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, metrics, extraRoutes, durations } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const isForMetrics = request.url?.split("?", 1)[0] === "/metrics";
    if (!isForMetrics && extraRoutes !== undefined) {
      extraRoutes(request, response);
    } else if (bodyBytes(request) > MAX_BODY_BYTES) {
      response.writeHead(413, { ...PLAIN_TEXT, connection: "close" }).end("Nothing here takes a body.\n");
    } else if (!isForMetrics) {
      response.writeHead(404, PLAIN_TEXT).end("There is GET /metrics here, and nothing else.\n");
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...PLAIN_TEXT, allow: "GET, HEAD" }).end("Metrics are read with GET.\n");
    } else {
      metrics.text().then(
        (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
        // The code says enough; a message may name files.
        (error: unknown) => response.writeHead(500, PLAIN_TEXT).end(`Metrics cannot be read (${nameOf(error)}).\n`),
      );
    }
  };
  const server = createServer({ connectionsCheckingInterval: durations.operatorCheckMs }, answer);
  // A client that sends "Expect: 100-continue" gets the final response at once, without sending its body.
  server.on("checkContinue", answer);
  server.headersTimeout = durations.operatorRequestMs;
  server.requestTimeout = durations.operatorRequestMs;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void =>
      reject(
        new PulseboardError(`Metrics cannot be served on ${host}, port ${port}: ${cause.message}`, {
          code: "metrics_port",
          retryable: true,
          hint: "Set ADMIN_PORT to a free port.",
          cause,
        }),
      );
    server.once("error", onError);
    server.listen({ host, port }, () => {
      server.off("error", onError);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const hostInUrl = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostInUrl}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The length of a request's body as its headers declare it; infinity if they do not. */
function bodyBytes({ headers }: IncomingMessage): number {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : Number.POSITIVE_INFINITY;
}

function nameOf(error: unknown): string {
  if (error instanceof PulseboardError) {
    return error.code;
  }
  return error instanceof Error ? error.name : "unknown";
}
