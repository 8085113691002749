// Files of the library, one for each of its parts. It has types for the whole only.

declare module "prom-client/lib/counter.js" {
  import { Counter } from "prom-client";
  export = Counter;
}

declare module "prom-client/lib/gauge.js" {
  import { Gauge } from "prom-client";
  export = Gauge;
}

declare module "prom-client/lib/histogram.js" {
  import { Histogram } from "prom-client";
  export = Histogram;
}

declare module "prom-client/lib/registry.js" {
  import { Registry } from "prom-client";
  export = Registry;
}

/** The parts that the library's `collectDefaultMetrics` calls. */
declare module "prom-client/lib/metrics/*.js" {
  import type { Registry } from "prom-client";

  const collect: (registry: Registry, config: { readonly eventLoopMonitoringPrecision: number }) => void;
  export = collect;
}
