/** What the library's `collectDefaultMetrics` calls, one file for each of its metrics; it has types for the whole only. */
declare module "prom-client/lib/metrics/*.js" {
  import type { Registry } from "prom-client";

  const collect: (registry: Registry, config: { readonly eventLoopMonitoringPrecision: number }) => void;
  export = collect;
}
