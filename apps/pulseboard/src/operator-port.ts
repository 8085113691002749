import type { RequestListener } from "node:http";
import { type Logger, type Metrics, type RuntimeDurations, type Shutdown, serveMetrics } from "@pulseboard/runtime";

export interface OperatorPortOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Answers everything but /metrics; null where there is no /admin. */
  readonly admin: RequestListener | null;
  readonly durations: RuntimeDurations;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

/** Serves /metrics and /admin. When the port is taken, the market is served all the same. */
export async function openOperatorPort(options: OperatorPortOptions): Promise<void> {
  const { host, port, metrics, admin, durations, log, shutdown } = options;
  try {
    const served = await serveMetrics({
      host,
      port,
      metrics,
      durations,
      ...(admin === null ? {} : { extraRoutes: admin }),
    });
    shutdown.add("metrics", served.close);
    log.info({ url: served.url, admin: admin !== null }, "Metrics");
  } catch (err) {
    log.warn({ err }, admin === null ? "No metrics" : "No metrics and no /admin");
  }
}
