import { REDIS_DURATIONS, type RedisDurations } from "@pulseboard/redis";
import { REFRESH_DURATIONS, type RefreshDurations } from "@pulseboard/refresh";
import { RUNTIME_DURATIONS, type RuntimeDurations } from "@pulseboard/runtime";
import type { ServerDurations } from "@pulseboard/server";
import { STORAGE_DURATIONS, type StorageDurations } from "@pulseboard/storage";
import type { WorkerDurations } from "@pulseboard/worker";

export interface ShutdownDurations {
  /** How long worker and server in one process may take to end, ms. */
  readonly togetherMs: number;
  /** How long a process with only one of them may take to end, ms. */
  readonly aloneMs: number;
}

/** Every duration of the running program, by the package that reads it. Each package's durations.ts explains its own. */
export interface Durations {
  readonly shutdown: ShutdownDurations;
  readonly runtime: RuntimeDurations;
  readonly redis: RedisDurations;
  readonly refresh: RefreshDurations;
  readonly storage: StorageDurations;
  readonly server: ServerDurations;
  readonly worker: Omit<WorkerDurations, "exchange">;
  readonly exchange: WorkerDurations["exchange"];
}

/** The durations that differ from production's. */
export type DurationChanges = { readonly [Part in keyof Durations]?: Partial<Durations[Part]> };

const SHUTDOWN_DURATIONS: ShutdownDurations = {
  // A process with both must have ended within 5 s; half a second is left for the exit itself.
  togetherMs: 4_500,
  // A worker may finish its refresh, a server its responses; PM2 kills after 11 s.
  aloneMs: 9_500,
};

/** Production's durations of what every process has, with these changes. */
export function commonDurations(changes: DurationChanges) {
  return {
    shutdown: { ...SHUTDOWN_DURATIONS, ...changes.shutdown },
    runtime: { ...RUNTIME_DURATIONS, ...changes.runtime },
    redis: { ...REDIS_DURATIONS, ...changes.redis },
    refresh: { ...REFRESH_DURATIONS, ...changes.refresh },
    storage: { ...STORAGE_DURATIONS, ...changes.storage },
  };
}

/** The same of the server, which a worker alone does not load. */
export async function serverDurations(changes: DurationChanges): Promise<ServerDurations> {
  const { SERVER_DURATIONS } = await import("@pulseboard/server");
  return { ...SERVER_DURATIONS, ...changes.server };
}

/** The same of worker and exchange. They are loaded here, as a server alone must load nothing of either. */
export async function workerDurations(changes: DurationChanges): Promise<WorkerDurations> {
  const { WORKER_DURATIONS } = await import("@pulseboard/worker/durations");
  const exchange = { ...WORKER_DURATIONS.exchange, ...changes.exchange };
  return { ...WORKER_DURATIONS, ...changes.worker, exchange };
}

/** Every duration of production. */
export async function productionDurations(): Promise<Durations> {
  const [server, { exchange, ...worker }] = await Promise.all([serverDurations({}), workerDurations({})]);
  return { ...commonDurations({}), server, worker, exchange };
}
