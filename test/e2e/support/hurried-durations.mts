import type { DurationChanges } from "@pulseboard/pulseboard";

/**
 * The schedule, polls and locks of a program in a hurry: a fraction of production's, where a test waits for them. Requests,
 * calls and connections may take longer instead, because on a busy machine that is no outage.
 */
export const HURRIED: DurationChanges = {
  worker: { leastPeriodMs: 1_000 },
  redis: { connectTimeoutMs: 5_000, socketTimeoutMs: 12_000, blockingSocketTimeoutMs: 15_000, probeDeadlineMs: 5_000 },
  storage: {
    evictionPolicyMs: 500,
    firstEvictionPolicyMs: 500,
    redisSmallMs: 5_000,
    redisLargeMs: 10_000,
    memcachedCallMs: 5_000,
    storeHangsMs: 15_000,
  },
  refresh: { lockMs: 2_500, stalledCheckMs: 1_000 },
  server: { pollMs: 500, firstLookMs: 500 },
};

/** The same with limits that a client which is slow on purpose meets soon. */
export const HURRIED_LIMITS: DurationChanges = {
  ...HURRIED,
  server: {
    ...HURRIED.server,
    headersMs: 1_000,
    requestMs: 1_500,
    connectionCheckMs: 250,
    stalledMs: 3_000,
    keepAliveMs: 3_000,
  },
};
