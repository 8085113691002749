import type { RedisDurations } from "@pulseboard/redis";
import type { BoardQueue, RefreshDurations } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics, OutageLog, ReadinessReason } from "@pulseboard/runtime";
import type { StorageDurations } from "@pulseboard/storage";
import type { WorkerContext } from "@pulseboard/worker";

/** The tools that every part of the process shares. */
export interface Tools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly metrics: Metrics;
}

/** The durations of what worker and server meet in. */
export interface ServiceDurations {
  readonly redis: RedisDurations;
  readonly refresh: RefreshDurations;
  readonly storage: StorageDurations;
}

/** Where worker and server meet. Everything in it connects, and reconnects after an outage, by itself. */
export interface Services extends Pick<WorkerContext, "stores" | "announcements" | "queue" | "consume"> {
  /** The refresh queue for the job board; null where the queue is within this process and there is nothing to show. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
  /** Reasons for `/readyz` to call the services degraded: "redis_eviction_policy:allkeys-lru". */
  degraded(): readonly ReadinessReason[];
  close(): Promise<void>;
}
