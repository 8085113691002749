import type { ClientDurations } from "./bybit/client.ts";
import type { SeriesDurations } from "./collectors/incremental-series.ts";
import type { InstrumentDurations } from "./collectors/market-collector.ts";
import type { MarketTimeDurations } from "./collectors/market-time.ts";
import type { CandleDurations } from "./collectors/symbol-candles.ts";
import type { CircuitBreakerDurations } from "./limits/circuit-breaker.ts";
import type { CallDurations } from "./limits/exchange-caller.ts";
import type { RateLimiterDurations } from "./limits/rate-limiter.ts";
import type { ReferenceDurations } from "./reference/cached-source.ts";

/** Every duration of the two gateways, each explained where it is used. Only tests use other values than the usual ones. */
export interface ExchangeDurations
  extends ClientDurations,
    CallDurations,
    RateLimiterDurations,
    CircuitBreakerDurations,
    InstrumentDurations,
    MarketTimeDurations,
    CandleDurations,
    SeriesDurations,
    ReferenceDurations {
  /** How long market capitalisation and dominance are used before they are requested again. */
  readonly globalMarketPeriodMs: number;
  /** The same for the fear and greed index, which changes once a day. */
  readonly fearGreedPeriodMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const EXCHANGE_DURATIONS: ExchangeDurations = {
  libraryTimeoutMs: MINUTE_MS,
  requestTimeoutMs: 10 * SECOND_MS,
  callDeadlineMs: 25 * SECOND_MS,
  retryBackoffMs: 250,
  rateLimitHoldMs: 2 * SECOND_MS,

  limitWindowMs: 5 * SECOND_MS,
  limitMarginMs: 100,
  stragglerMs: 2 * SECOND_MS,

  banPauseMs: 10 * MINUTE_MS,
  geoBlockProbeMs: 10 * MINUTE_MS,
  rateLimitPauseMs: 5 * SECOND_MS,
  longestRateLimitPauseMs: MINUTE_MS,
  outagePauseMs: 15 * SECOND_MS,

  instrumentsPeriodMs: HOUR_MS,
  instrumentsRetryMs: 5 * MINUTE_MS,
  wrongTimeMs: 10 * MINUTE_MS,
  holeRetryMs: 5 * MINUTE_MS,
  latePointRetryMs: 5 * MINUTE_MS,

  referenceTimeoutMs: 8 * SECOND_MS,
  referenceLeastWaitMs: 5 * MINUTE_MS,
  referenceLongestBackoffMs: HOUR_MS,
  referenceFallbackAfterMs: 30 * MINUTE_MS,
  globalMarketPeriodMs: 5 * MINUTE_MS,
  fearGreedPeriodMs: HOUR_MS,
};
