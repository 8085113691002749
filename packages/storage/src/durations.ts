/** All times of stores, announcements and the publisher, ms. */
export interface StorageDurations {
  /** Deadline of a Redis command about one small value. */
  readonly redisSmallMs: number;
  /** Deadline of a Redis command that carries documents. */
  readonly redisLargeMs: number;
  /** From when documents that were brought to Redis and never became visible are gone. Above `storeHangsMs`. */
  readonly redisStagedMs: number;
  /** Between two renewals of a subscription, which show whether it is still alive. */
  readonly resubscribeMs: number;
  /** Between two looks at Redis's eviction policy ... */
  readonly evictionPolicyMs: number;
  /** ... and until the first one has succeeded. */
  readonly firstEvictionPolicyMs: number;
  /** Deadline of one call to memcached. */
  readonly memcachedCallMs: number;
  /** From a failed call to memcached until it is connected to again. */
  readonly memcachedReconnectMs: number;
  /** Deadline of one operation on the disk. Below `storeHangsMs`. */
  readonly diskMs: number;
  /** From when a store that has not answered the publisher counts as failed. Above the stores' own deadlines. */
  readonly storeHangsMs: number;
  /** From when a temporary file on the disk belongs to a process that died. A write takes milliseconds. */
  readonly leftoverFileMs: number;
}

export const STORAGE_DURATIONS: StorageDurations = {
  redisSmallMs: 400,
  redisLargeMs: 1000,
  redisStagedMs: 20_000,
  resubscribeMs: 1000,
  evictionPolicyMs: 60_000,
  firstEvictionPolicyMs: 2000,
  memcachedCallMs: 500,
  memcachedReconnectMs: 250,
  diskMs: 4000,
  storeHangsMs: 5000,
  leftoverFileMs: 10_000,
};
