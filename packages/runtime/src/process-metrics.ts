import type { Registry } from "prom-client";
import eventLoopLag from "prom-client/lib/metrics/eventLoopLag.js";
import heapSizeAndUsed from "prom-client/lib/metrics/heapSizeAndUsed.js";
import heapSpacesSizeAndUsed from "prom-client/lib/metrics/heapSpacesSizeAndUsed.js";
import osMemoryHeap from "prom-client/lib/metrics/osMemoryHeap.js";
import processCpuTotal from "prom-client/lib/metrics/processCpuTotal.js";
import processHandles from "prom-client/lib/metrics/processHandles.js";
import processMaxFileDescriptors from "prom-client/lib/metrics/processMaxFileDescriptors.js";
import processOpenFileDescriptors from "prom-client/lib/metrics/processOpenFileDescriptors.js";
import processRequests from "prom-client/lib/metrics/processRequests.js";
import processResources from "prom-client/lib/metrics/processResources.js";
import processStartTime from "prom-client/lib/metrics/processStartTime.js";
import version from "prom-client/lib/metrics/version.js";

const COLLECTED = [
  processCpuTotal,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
  processResources,
  processHandles,
  processRequests,
  heapSizeAndUsed,
  heapSpacesSizeAndUsed,
  version,
];

/** How often the event loop's lag is looked at, ms; the library's own default. */
const EVENT_LOOP_PRECISION_MS = 10;

/**
 * What Node and the system say of this process, under the names that every Node dashboard knows. It is the library's default
 * set but for the garbage collector's: its observer is called after each of a hundred collections a second, keeps 3 KB alive
 * through every other one, and so fills the old generation in a process that otherwise promotes next to nothing.
 */
export function collectProcessMetrics(registry: Registry): void {
  for (const collect of COLLECTED) collect(registry, { eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
}
