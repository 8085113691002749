/** The package that raises the code, and its meaning in one line. */
interface CodeEntry {
  readonly from: string;
  readonly means: string;
}

/** Every code that a `PulseboardError` can carry. docs/operations.md has the same table, with what to do about each. */
export const ERROR_CODES = {
  bad_config: { from: "runtime", means: "Environment variables are missing, wrong or contradict each other" },
  metrics_port: { from: "runtime", means: "The port of the metrics cannot be opened" },
  shutting_down: { from: "runtime", means: "The process is ending and calls off what it was doing" },
  redis_required: { from: "pulseboard", means: "The command needs REDIS_URL, which is not set" },
  usage: { from: "pulseboard", means: "The command line cannot be understood" },
  simulator_ended: { from: "pulseboard", means: "The demo's simulator ended before it was ready" },
  bad_schedule: { from: "worker", means: "The schedule is not a cron expression that the worker can use" },
  refresh_hung: { from: "worker", means: "Nothing of a refresh came to its end for two periods, and it was ended" },
  record_failed: { from: "worker", means: "The record could not be computed; the one before stays" },
  worker_hangs: { from: "worker", means: "No refresh of the worker has come to its end for three periods" },
  queue_silent: { from: "worker", means: "The queue takes jobs and runs none" },
  port_in_use: { from: "server", means: "Another program listens on the port" },
  port_not_allowed: { from: "server", means: "The system does not let this user listen on the port" },
  cannot_listen: { from: "server", means: "The host or port cannot be listened on for another reason" },

  exchange_unreachable: { from: "exchange", means: "No connection to the exchange" },
  exchange_timeout: { from: "exchange", means: "The exchange did not answer in time" },
  exchange_unavailable: { from: "exchange", means: "The exchange reported a problem on its side" },
  exchange_rate_limited: { from: "exchange", means: "The exchange asks for fewer requests" },
  exchange_banned: { from: "exchange", means: "The exchange has banned this address for a while" },
  exchange_geo_blocked: { from: "exchange", means: "The exchange does not serve this country or data centre" },
  exchange_bad_body: { from: "exchange", means: "The exchange's answer is not in its documented format" },
  exchange_bad_request: { from: "exchange", means: "The exchange rejects the request itself" },
  exchange_is_simulator: { from: "exchange", means: "The address of the exchange belongs to the simulator" },
  exchange_frozen: {
    from: "exchange",
    means: "The exchange's own time has not moved for two periods, or since the last publication before a restart",
  },
  exchange_lagging: { from: "exchange", means: "The answer is of an earlier time than the one before" },
  exchange_wrong_time: { from: "exchange", means: "The answer is dated more than a minute ahead of what is due" },
  unknown_symbol: { from: "exchange", means: "The exchange does not know the symbol" },
  reference_unreachable: { from: "exchange", means: "No connection to a reference-data service" },
  reference_timeout: { from: "exchange", means: "A reference-data service did not answer in time" },
  reference_unavailable: { from: "exchange", means: "A reference-data service reported a problem on its side" },
  reference_rate_limited: { from: "exchange", means: "A reference-data service asks for fewer requests" },
  reference_refused: { from: "exchange", means: "A reference-data service refuses the request" },
  reference_bad_body: { from: "exchange", means: "A reference-data service's answer is not in its documented format" },

  bad_publication: { from: "storage", means: "The documents to publish contradict each other; a defect" },
  bad_redis_url: { from: "redis", means: "REDIS_URL is not a Redis URL" },
  disk_full: { from: "storage", means: "No space is left for DATA_DIR" },
  listener_failed: { from: "storage", means: "A listener in this process failed on an announcement; a defect" },
  not_published: { from: "storage", means: "No store took the publication" },
  publication_damaged: { from: "storage", means: "The store works, but the documents in it cannot be used" },
  store_busy: { from: "storage", means: "Another process holds the store" },
  store_closed: { from: "storage", means: "The store was used after it was closed" },
  store_denied: { from: "redis", means: "Redis rejects the user, the password or the command" },
  store_failed: { from: "redis", means: "Redis refuses for a reason that is not in this table" },
  store_loading: { from: "redis", means: "Redis is still loading its data" },
  store_out_of_memory: { from: "storage", means: "The store is out of memory" },
  store_read_only: { from: "redis", means: "Redis is a read-only replica" },
  store_timeout: { from: "storage", means: "The store did not answer in time" },
  store_unreachable: { from: "storage", means: "No connection to the store" },
  store_unreadable: { from: "storage", means: "The files in DATA_DIR cannot be read" },
  store_unwritable: { from: "storage", means: "The store takes no writes" },
  superseded: { from: "storage", means: "A newer publication is in the store already" },

  queue_access_denied: { from: "redis", means: "Redis rejects the user, the password or the command" },
  queue_busy: { from: "refresh", means: "The queue has a consumer in this process already; a defect" },
  queue_closed: { from: "refresh", means: "The queue was used after it was closed, or closes now" },
  queue_failed: { from: "refresh", means: "Redis refuses for a reason that is not in this table" },
  queue_flushed: { from: "refresh", means: "Redis was emptied while the refresh ran" },
  queue_loading: { from: "redis", means: "Redis is still loading its data" },
  queue_lock_lost: { from: "refresh", means: "Another worker may have taken over the running refresh" },
  queue_out_of_memory: { from: "redis", means: "Redis is out of memory" },
  queue_read_only: { from: "redis", means: "Redis is a read-only replica" },
  queue_timeout: { from: "redis", means: "Redis did not answer in time" },
  queue_unreachable: { from: "redis", means: "No connection to Redis" },

  bad_fault_request: { from: "simulator", means: "A request to /__faults cannot be understood" },
  port_unusable: { from: "simulator", means: "The simulator's port cannot be listened on" },
  recording_unusable: { from: "simulator", means: "The recording cannot be replayed, or not from that time" },
  request_refused: { from: "simulator", means: "The simulated exchange refuses a request, as the real one would" },
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** The code of a `PulseboardError`; a code that is not in the table does not compile. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Other values of `code` in the log and the metrics, for reports that are not a `PulseboardError`. */
export const REPORTED_CODES = {
  bad_input: { from: "worker", means: "An input of a symbol cannot be right, and the symbol is scored without it" },
  bad_rows: { from: "exchange", means: "Rows of an answer are unusable and were left out" },
  history_damaged: { from: "history", means: "A part of a file of history cannot be read, and was left out" },
  not_an_error: { from: "runtime", means: "The program threw something that is not an error; a defect" },
  unexpected: { from: "worker, server", means: "An error that is not in this table; a defect" },
  unknown_symbol_type: { from: "exchange", means: "A contract is of a kind that is not known, and was left out" },
  unusable_name: { from: "exchange", means: "A contract has a name that cannot be used, and was left out" },
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** A value of `code` in a log line or metric. */
export type ReportedCode = ErrorCode | keyof typeof REPORTED_CODES;

/** Every value of `error` in the body of an HTTP response, with its status. docs/operations.md has the same table. */
export const HTTP_ERROR_CODES = {
  no_snapshot: { status: 200, means: "Nothing has been computed yet, or nothing readable is left" },
  history_warming: { status: 200, means: "The history is still being read, or was not computed yet" },
  symbol_not_scored: { status: 404, means: "The symbol is not among the scored ones" },
  bad_request: { status: 400, means: "The address or the request is malformed, or has a body where none belongs" },
  bad_handshake: { status: 400, means: "The request is not a WebSocket handshake" },
  unauthorized: { status: 401, means: "The admin token is missing or wrong" },
  bearer_only: { status: 403, means: "The request changes something and carries the password instead of the token" },
  cross_site: { status: 403, means: "A page of another site sent the request" },
  not_found: { status: 404, means: "Nothing is at this address" },
  no_board: { status: 404, means: "There is no job board without REDIS_URL" },
  method_not_allowed: { status: 405, means: "The address does not take this method" },
  not_acceptable: { status: 406, means: "The client accepts neither plain, gzip nor br" },
  length_required: { status: 411, means: "The body does not say how long it is" },
  body_too_large: { status: 413, means: "The body is too large" },
  upgrade_required: { status: 426, means: "The address speaks WebSocket only" },
  rate_limited: { status: 429, means: "Too many requests came from this address" },
  too_many_connections_of_address: { status: 429, means: "The address has too many WebSockets open" },
  too_many_wrong_tokens: { status: 429, means: "Too many wrong admin tokens came from this address" },
  internal_error: { status: 500, means: "A defect; the log has it under the id in X-Request-Id" },
  page_not_built: { status: 503, means: "The phone page has not been built" },
  queue_away: { status: 503, means: "The refresh queue cannot be reached" },
  too_many_connections: { status: 503, means: "All WebSockets are taken" },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly means: string }>>;

/** A value of `error` in the body of an HTTP response. */
export type HttpErrorCode = keyof typeof HTTP_ERROR_CODES;

/** Every entry of `degraded` in `/readyz`. A name follows where the entry ends in a colon. */
export const READINESS_REASONS = {
  no_snapshot: "Nothing was ever computed, or nothing readable is left",
  snapshot_stale: "The worker has not published for three periods",
  "section_stale:": "The section is the last known good one",
  "store_away:": "The store cannot be read",
  "store_unwritable:": "The worker cannot publish to this store",
  history_waiting: "Another process writes the history in DATA_DIR: it is not written twice",
  exchange_frozen: "The exchange's own time does not move",
  exchange_lagging: "The exchange, or one of its servers, answers with data of an earlier time",
  "exchange_paused:": "The exchange asked for a pause, or it does not answer and is asked less often",
  "refresh_failing:": "The last attempt at a refresh failed",
  queue_silent: "The queue takes jobs and runs none",
  worker_silent: "The worker has said nothing for three periods",
  "redis_eviction_policy:": "Redis may drop documents and jobs",
} as const;

type ReasonKey = keyof typeof READINESS_REASONS;

/** An entry of `degraded` in `/readyz`: `snapshot_stale`, `store_away:disk` ... */
export type ReadinessReason = {
  readonly [Key in ReasonKey]: Key extends `${string}:` ? `${Key}${string}` : Key;
}[ReasonKey];

/** Tells whether a text that another process wrote is a reason that this version knows. */
export function isReadinessReason(text: string): text is ReadinessReason {
  return Object.keys(READINESS_REASONS).some((key) => (key.endsWith(":") ? text.startsWith(key) : text === key));
}
