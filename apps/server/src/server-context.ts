import type { RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics, OutageLog, ReadinessReason } from "@pulseboard/runtime";
import type { Announcements, DocumentStore } from "@pulseboard/storage";
import type { TrustProxy } from "./http/client-address.ts";

/** What stands between the server and those who ask. */
export interface EdgeOptions {
  /** Per address; 0 for any number. */
  readonly rateLimitPerMinute: number;
  readonly trustProxy: TrustProxy;
  /** "https://a.example" ..., or "*" alone; empty for our own pages only. */
  readonly corsOrigins: readonly string[];
}

/** Where documents lie, and who tells of new ones. */
export interface Sources {
  readonly stores: readonly DocumentStore[];
  /** Null where nobody does. */
  readonly announcements: Announcements | null;
}

/** Everything that the server needs of the world. The stores, announcements and queue stay the caller's to close. */
export interface ServerContext extends Sources {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The market that this server shows; documents of another origin are refused. */
  readonly origin: string;
  /** How long a snapshot counts as fresh, ms; null for three of its periods. */
  readonly freshForMs: number | null;
  /**
   * Opens what takes a while: at once where `stores` have nothing to serve, else a moment after the start, when phones have their
   * answer. Left out: there is nothing else.
   */
  readonly openOthers?: () => Sources;
  /** Where a stale snapshot makes the server ask for a new one; null where nobody would answer. */
  readonly queue: RefreshQueue | null;
  /** What else is not as it should be, for `/readyz`: "redis_eviction_policy:allkeys-lru". */
  readonly degraded?: () => readonly ReadinessReason[];
  readonly metrics?: Metrics;
  /** Whether phones' port answers `/metrics` too; left out: no. */
  readonly metricsOnPublicPort?: boolean;
  /** Where the built phone page lies; left out: none is served. */
  readonly pageDirectory?: string;
  /** Left out: no limit, no proxy, no pages of other origins. */
  readonly edge?: EdgeOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}
