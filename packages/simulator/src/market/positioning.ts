import type { MinuteSource } from "./candle.ts";
import type { Contract } from "./contract.ts";
import { driftAt } from "./noise.ts";
import { hashOf } from "./random.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

const INTEREST_RATE_8H = 0.0001;
/** The interest part keeps the rate near its usual value until the premium is larger than this. */
const PREMIUM_DEAD_BAND = 0.00005;

/** Who holds what, and what they pay for it. All of it leans the way the price has gone, as crowds do. */
export class Positioning {
  readonly #contract: Contract;
  readonly #source: MinuteSource;
  readonly #usualOpenInterest: number;
  readonly #key: number;

  /** @param usualOpenInterest both sides, in quantity steps */
  constructor(contract: Contract, source: MinuteSource, usualOpenInterest: number, key: number) {
    this.#contract = contract;
    this.#source = source;
    this.#usualOpenInterest = usualOpenInterest;
    this.#key = key;
  }

  /** Change of the log price over the span before `timeMs`. */
  trend(timeMs: number, spanMs: number): number {
    return this.#source.logPriceAt(timeMs) - this.#source.logPriceAt(timeMs - spanMs);
  }

  /** Contract price over index, a fraction. */
  premium(timeMs: number): number {
    const leaning = 0.0008 * Math.tanh(this.trend(timeMs, 2 * DAY_MS) / 0.08);
    return leaning + 0.00018 * driftAt(hashOf(this.#key, 11), timeMs, 9 * HOUR_MS);
  }

  /** Mark price over last price, a fraction: the mark lags what the last trade does. */
  markOffset(timeMs: number): number {
    return 0.00004 * driftAt(hashOf(this.#key, 12), timeMs, DAY_MS);
  }

  /**
   * Rate of the funding interval that ends at `timeMs`, a fraction, rounded to 8 digits. After the exchange's
   * formula premium + clamp(interest - premium), for the length of the interval.
   */
  fundingRate(timeMs: number): number {
    const premium = 0.45 * this.premium(timeMs);
    const toInterest = Math.max(-PREMIUM_DEAD_BAND, Math.min(PREMIUM_DEAD_BAND, INTEREST_RATE_8H - premium));
    const rate = (premium + toInterest) * (this.#contract.fundingIntervalHours / 8);
    const cap = this.#contract.fundingCap;
    return Math.round(Math.max(-cap, Math.min(cap, rate)) * 1e8) / 1e8;
  }

  /** Both sides, in quantity steps: always even, so that one side is a whole number too. */
  openInterest(timeMs: number): number {
    const moving =
      0.3 * driftAt(hashOf(this.#key, 13), timeMs, 20 * DAY_MS) +
      0.05 * driftAt(hashOf(this.#key, 14), timeMs, 6 * HOUR_MS) +
      0.006 * driftAt(hashOf(this.#key, 15), timeMs, 10 * MINUTE_MS) +
      0.8 * Math.tanh(this.trend(timeMs, 3 * DAY_MS));
    return 2 * Math.max(1, Math.round((this.#usualOpenInterest * Math.exp(moving)) / 2));
  }

  /** Share of accounts that are long, 4 digits. */
  buyRatio(timeMs: number): number {
    const usual = 0.55 + 0.1 * ((hashOf(this.#key, 16) & 0xffff) / 0xffff - 0.5);
    const leaning = 0.06 * Math.tanh(this.trend(timeMs, DAY_MS) / 0.05);
    const moving =
      0.03 * driftAt(hashOf(this.#key, 17), timeMs, 4 * DAY_MS) +
      0.012 * driftAt(hashOf(this.#key, 18), timeMs, 3 * HOUR_MS);
    return Math.round(Math.max(0.2, Math.min(0.85, usual + leaning + moving)) * 10_000) / 10_000;
  }
}
