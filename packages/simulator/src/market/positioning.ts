import type { MinuteSource } from "./candle.ts";
import type { Contract } from "./contract.ts";
import { driftAt } from "./noise.ts";
import { hashOf } from "./random.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

const INTEREST_RATE_8H = 0.0001;
/** The interest part keeps the rate near its usual value until the premium is larger than this. */
const PREMIUM_DEAD_BAND = 0.00005;

/** Positions, and the price of holding them. All of it follows the way the price has gone, as crowds do. */
export interface Positioning {
  /** Change of the log price over the span before `timeMs`. */
  trend(timeMs: number, spanMs: number): number;
  /** Contract price over index, a fraction. */
  premium(timeMs: number): number;
  /** Mark price over last price, a fraction: the mark price lags the last trade. */
  markOffset(timeMs: number): number;
  /**
   * Rate of the funding interval that ends at `timeMs`, a fraction, rounded to 8 digits. After the exchange's
   * formula premium + clamp(interest - premium), for the length of the interval.
   */
  fundingRate(timeMs: number): number;
  /** Both sides, in quantity steps: always even, so that one side is a whole number too. */
  openInterest(timeMs: number): number;
  /** Share of accounts that are long, 4 digits. */
  buyRatio(timeMs: number): number;
}

/** @param usualOpenInterest both sides, in quantity steps */
export function createPositioning(
  contract: Contract,
  source: MinuteSource,
  usualOpenInterest: number,
  key: number,
): Positioning {
  const trend = (timeMs: number, spanMs: number): number => {
    return source.logPriceAt(timeMs) - source.logPriceAt(timeMs - spanMs);
  };

  const premium = (timeMs: number): number => {
    const leaning = 0.0008 * Math.tanh(trend(timeMs, 2 * DAY_MS) / 0.08);
    return leaning + 0.00018 * driftAt(hashOf(key, 11), timeMs, 9 * HOUR_MS);
  };

  const markOffset = (timeMs: number): number => {
    return 0.00004 * driftAt(hashOf(key, 12), timeMs, DAY_MS);
  };

  const fundingRate = (timeMs: number): number => {
    const damped = 0.45 * premium(timeMs);
    const toInterest = Math.max(-PREMIUM_DEAD_BAND, Math.min(PREMIUM_DEAD_BAND, INTEREST_RATE_8H - damped));
    const rate = (damped + toInterest) * (contract.fundingIntervalHours / 8);
    const cap = contract.fundingCap;
    return Math.round(Math.max(-cap, Math.min(cap, rate)) * 1e8) / 1e8;
  };

  const openInterest = (timeMs: number): number => {
    const moving =
      0.3 * driftAt(hashOf(key, 13), timeMs, 20 * DAY_MS) +
      0.05 * driftAt(hashOf(key, 14), timeMs, 6 * HOUR_MS) +
      0.006 * driftAt(hashOf(key, 15), timeMs, 10 * MINUTE_MS) +
      0.8 * Math.tanh(trend(timeMs, 3 * DAY_MS));
    return 2 * Math.max(1, Math.round((usualOpenInterest * Math.exp(moving)) / 2));
  };

  const buyRatio = (timeMs: number): number => {
    const usual = 0.55 + 0.1 * ((hashOf(key, 16) & 0xffff) / 0xffff - 0.5);
    const leaning = 0.06 * Math.tanh(trend(timeMs, DAY_MS) / 0.05);
    const moving =
      0.03 * driftAt(hashOf(key, 17), timeMs, 4 * DAY_MS) + 0.012 * driftAt(hashOf(key, 18), timeMs, 3 * HOUR_MS);
    return Math.round(Math.max(0.2, Math.min(0.85, usual + leaning + moving)) * 10_000) / 10_000;
  };

  return { trend, premium, markOffset, fundingRate, openInterest, buyRatio };
}
