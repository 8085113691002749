import type { RefreshQueue } from "@pulseboard/refresh";
import type { Build, Clock, Logger, Metrics, OutageLog, ReadinessReason } from "@pulseboard/runtime";
import type { Announcements, DocumentStore } from "@pulseboard/storage";
import type { ServerDurations } from "./durations.ts";
import type { TrustProxy } from "./http/client-address.ts";

/** How clients reach the server, and the limits they have. */
export interface EdgeOptions {
  /** Requests per address; 0 for no limit. */
  readonly rateLimitPerMinute: number;
  readonly trustProxy: TrustProxy;
  /** "https://a.example" ..., or "*" alone; empty when only our own pages may read. */
  readonly corsOrigins: readonly string[];
}

/** Everything that the server needs from outside. Stores, announcements and queue are closed by the caller. */
export interface ServerContext {
  /** Which build answers, for `/healthz`, `/readyz` and the API's description. */
  readonly build: Build;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The listening socket that was handed to this process, if one was; host and port then count for nothing. */
  readonly descriptor?: number | undefined;
  /** The market that this server shows; documents of another origin are refused. */
  readonly origin: string;
  /** How long a snapshot counts as fresh, ms; null for three of its periods. */
  readonly freshForMs: number | null;
  readonly stores: readonly DocumentStore[];
  /** Null where new snapshots are not announced. */
  readonly announcements: Announcements | null;
  /** Asked for a refresh when the snapshot is stale; null where there is no queue. */
  readonly queue: RefreshQueue | null;
  /** Further problems for `/readyz`: "redis_eviction_policy:allkeys-lru". */
  readonly degraded?: () => readonly ReadinessReason[];
  readonly metrics?: Metrics;
  /** True if the phones' port serves `/metrics` too. */
  readonly metricsOnPublicPort?: boolean;
  /** The folder of the built phone page; without it none is served. */
  readonly pageDirectory?: string;
  /** The folder of the API viewer's files, which is read when somebody opens `/docs/`. */
  readonly docsViewerDirectory: string;
  /** Without it: no limit, no proxy, no other origins. */
  readonly edge?: EdgeOptions;
  readonly durations: ServerDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}
