import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
}

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Answers `GET /metrics` on a port of its own, for the operator's Prometheus and not for phones.
 * @throws PulseboardError when the port cannot be had
 */
export async function serveMetrics({ host, port, metrics }: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics" || request.method !== "GET") {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is GET /metrics here, and nothing else.\n");
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      (error: unknown) => response.writeHead(500, { "content-type": "text/plain" }).end(`${String(error)}\n`),
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
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
