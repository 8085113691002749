/** All times that connections to Redis take, ms. */
export interface RedisDurations {
  /** Until a connection that is not made counts as failed. */
  readonly connectTimeoutMs: number;
  /** Until a connection that does not answer counts as dead. Above every deadline of a command. */
  readonly socketTimeoutMs: number;
  /** The same for a BullMQ worker's connections. Above the 5 s for which they wait in silence for the next job. */
  readonly blockingSocketTimeoutMs: number;
  /** How long ioredis waits for a connection that is closed already, which keeps the process alive. */
  readonly disconnectTimeoutMs: number;
  /** Until the first attempt to connect again; each further one waits twice as long ... */
  readonly minRetryMs: number;
  /** ... up to this. */
  readonly maxRetryMs: number;
  /**
   * How old a connection must be before a refusal that a new one may cure ends it: a replica that stays one is still good
   * for reading.
   */
  readonly refusedReconnectMs: number;
  /** Between two looks whether an outage is over. */
  readonly probePeriodMs: number;
  /** Until such a look counts as failed. */
  readonly probeDeadlineMs: number;
  /** How long probes must succeed, without any failure in between, until an outage is over. */
  readonly settleMs: number;
  /** After a refusal that no probe has met: how long nothing may be refused until the outage is over. */
  readonly quietMs: number;
}

export const REDIS_DURATIONS: RedisDurations = {
  connectTimeoutMs: 1000,
  socketTimeoutMs: 1500,
  blockingSocketTimeoutMs: 10_000,
  disconnectTimeoutMs: 200,
  minRetryMs: 100,
  maxRetryMs: 1000,
  refusedReconnectMs: 5000,
  probePeriodMs: 1000,
  probeDeadlineMs: 400,
  settleMs: 1000,
  quietMs: 60_000,
};
