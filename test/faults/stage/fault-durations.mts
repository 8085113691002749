import type { DurationChanges } from "@pulseboard/pulseboard";
import { stretched } from "./stretched.mts";

/** Set by scripts/test-soak.mjs: the stage is larger and slower then, for half an hour instead of seconds. */
const isSoak = process.env.PULSEBOARD_SOAK !== undefined;
/** How many times longer everything takes in a soak. */
const SOAK_FACTOR = 6;

/** The schedule of the worker on a stage, and its period, ms. */
export const REFRESH_CRON = isSoak ? `*/${SOAK_FACTOR} * * * * *` : "* * * * * *";
export const PERIOD_MS = isSoak ? SOAK_FACTOR * 1_000 : 1_000;
/** How many symbols are scored. The simulator has exactly these. */
export const SYMBOLS = isSoak ? 50 : 5;
/** How long the simulator bans an address, ms. */
export const BAN_MS = 3 * PERIOD_MS;
/** Three periods: the server's default, after which a snapshot is called stale, ms. */
export const FRESH_FOR_MS = 3 * PERIOD_MS;
/**
 * The part of the exchange's limit of 600 requests that the worker may use in each window of `limitWindowMs`. A first refresh needs
 * more than this, so that the limit is met on every stage.
 */
export const REQUEST_BUDGET_SHARE = isSoak ? 0.5 : 0.1;
export const REQUEST_BUDGET = 600 * REQUEST_BUDGET_SHARE;

/**
 * Every duration of the program on a stage: production's, divided, so that each bound is met within seconds, but not so short that
 * a busy machine meets it by itself. What comes after what is as in production: a command ends before its connection counts as
 * dead, a store before its publisher gives it up, a lock after the longest hiccup.
 */
const WITH_PERIOD_OF_A_SECOND = {
  shutdown: { togetherMs: 2_000, aloneMs: 2_500 },
  runtime: { flappingWithinMs: 3_000, minSteadyMs: 200, maxSteadyMs: 1_000 },
  redis: {
    connectTimeoutMs: 600,
    socketTimeoutMs: 1_300,
    // BullMQ waits for the next job for 5 s in silence.
    blockingSocketTimeoutMs: 6_000,
    minRetryMs: 50,
    maxRetryMs: 400,
    refusedReconnectMs: 1_000,
    probePeriodMs: 250,
    probeDeadlineMs: 400,
    settleMs: 300,
    quietMs: 2_000,
  },
  storage: {
    redisSmallMs: 400,
    redisLargeMs: 1_000,
    resubscribeMs: 500,
    evictionPolicyMs: 1_000,
    firstEvictionPolicyMs: 500,
    memcachedCallMs: 300,
    memcachedReconnectMs: 100,
    diskMs: 800,
    storeHangsMs: 1_300,
    leftoverFileMs: 2_000,
  },
  refresh: {
    answerMs: 1_000,
    lockMs: 2_000,
    stalledCheckMs: 700,
    abortedRunMs: 300,
    disconnectMs: 500,
    refusedRestMs: 300,
    followPollMs: 100,
    unattendedMs: 4_500,
  },
  exchange: {
    libraryTimeoutMs: 6_000,
    requestTimeoutMs: 1_000,
    callDeadlineMs: 2_000,
    retryBackoffMs: 30,
    rateLimitHoldMs: 300,
    limitWindowMs: 1_000,
    limitMarginMs: 50,
    stragglerMs: 500,
    banPauseMs: 3_000,
    geoBlockProbeMs: 3_000,
    rateLimitPauseMs: 500,
    longestRateLimitPauseMs: 2_000,
    outagePauseMs: 1_000,
    instrumentsPeriodMs: 20_000,
    instrumentsRetryMs: 1_000,
    wrongTimeMs: 3_000,
    holeRetryMs: 1_000,
    latePointRetryMs: 1_000,
    referenceTimeoutMs: 800,
    referenceLeastWaitMs: 1_000,
    referenceLongestBackoffMs: 2_000,
    referenceFallbackAfterMs: 2_000,
    globalMarketPeriodMs: 2_000,
    fearGreedPeriodMs: 5_000,
  },
  worker: {
    leastPeriodMs: 1_000,
    firstReferenceWaitMs: 300,
    referenceWaitMs: 2_000,
    hungRunLeastMs: 3_000,
    silentQueueMs: 4_500,
    tickersUsableMs: 10_000,
  },
  server: {
    pollMs: 300,
    firstLookMs: 200,
    refusedForMs: 2_000,
    hangsAfterMs: 900,
    refreshRequestMs: 1_000,
    headersMs: 2_000,
    requestMs: 3_000,
    connectionCheckMs: 500,
    stalledMs: 5_000,
    lingerMs: 300,
    heartbeatMs: 2_000,
    drainMs: 300,
  },
} as const satisfies DurationChanges;

/** In a soak six times as long, as its period is, but never longer than production's: that is production's for stores and refreshes. */
export const FAULT_DURATIONS = isSoak ? await stretched(WITH_PERIOD_OF_A_SECOND, SOAK_FACTOR) : WITH_PERIOD_OF_A_SECOND;
