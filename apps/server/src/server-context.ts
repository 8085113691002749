import type { RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics } from "@pulseboard/runtime";
import type { Announcements, DocumentStore } from "@pulseboard/storage";

/** Everything that the server needs of the world. The stores, announcements and queue stay the caller's to close. */
export interface ServerContext {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The market that this server shows; documents of another origin are refused. */
  readonly origin: string;
  /** How long a snapshot counts as fresh, ms; null for three of its periods. */
  readonly freshForMs: number | null;
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  /** Where a stale snapshot makes the server ask for a new one; null where nobody would answer. */
  readonly queue: RefreshQueue | null;
  /** What else is not as it should be, for `/readyz`: "redis_eviction_policy:allkeys-lru". */
  readonly degraded?: () => readonly string[];
  readonly metrics?: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}
