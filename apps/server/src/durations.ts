import type { HistorySourceDurations } from "./history/history-source.ts";
import type { ListenerDurations } from "./http/listener.ts";
import type { RateLimitDurations } from "./http/rate-limit.ts";
import type { RefreshRequestDurations } from "./snapshot/refresh-request.ts";
import type { SnapshotSourceDurations } from "./snapshot/snapshot-source.ts";
import type { SocketDurations } from "./socket/snapshot-socket.ts";

/** Every duration of the server, ms. Those of its parts are described there. */
export interface ServerDurations
  extends HistorySourceDurations,
    ListenerDurations,
    RateLimitDurations,
    RefreshRequestDurations,
    SnapshotSourceDurations,
    SocketDurations {
  /** How long WebSockets may take to close when the server goes away; at most half of its grace. */
  readonly drainMs: number;
}

/**
 * The durations of production. A request without a body is a few hundred bytes: a client that needs longer than `headersMs` and
 * `requestMs` keeps a connection busy on purpose. `keepAliveMs` is longer than a phone's polling period and than the 60 s for
 * which proxies keep their connections.
 */
export const SERVER_DURATIONS: ServerDurations = {
  pollMs: 5_000,
  firstLookMs: 1_000,
  refusedForMs: 60_000,
  hangsAfterMs: 4_000,
  historyLookMs: 10_000,
  historyMissingLookMs: 1_500,
  refreshRequestMs: 5_000,
  rateWindowMs: 60_000,
  headersMs: 10_000,
  requestMs: 15_000,
  connectionCheckMs: 5_000,
  stalledMs: 30_000,
  keepAliveMs: 65_000,
  lingerMs: 1_000,
  heartbeatMs: 30_000,
  drainMs: 500,
};
